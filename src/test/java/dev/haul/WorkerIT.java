package dev.haul;

import static dev.haul.TestCluster.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a job brings about: its file, its events, its dead letter. */
class WorkerIT {
  @TempDir static Path store;

  private static final AtomicInteger JOBS = new AtomicInteger();
  private static TestOrigin origin;
  private static TestOrigin other;

  /** Two of their own, as one that asks for time is asked slowly ever after. */
  private static TestOrigin throttling;

  private static TestOrigin busy;

  private static TestCluster cluster;
  private static TopicReader completions;
  private static TopicReader dead;
  private static StoredFiles files;
  private static Worker worker;

  @BeforeAll
  static void start() {
    origin = new TestOrigin();
    other = new TestOrigin();
    throttling = new TestOrigin();
    busy = new TestOrigin();
    cluster = TestCluster.shared(3);
    completions = cluster.read(cluster.topics.completions());
    dead = cluster.read(cluster.topics.dead());
    files = new StoredFiles(store);
    Map<String, String> settings = cluster.settings(store, origin, other, throttling, busy);
    settings.put("worker.id", "worker-1");
    worker = TestCluster.start(settings);
  }

  @AfterAll
  static void stop() {
    worker.close();
    completions.close();
    dead.close();
    origin.close();
    other.close();
    throttling.close();
    busy.close();
  }

  @Test
  void a_hand_written_job_becomes_a_file_and_one_event() {
    byte[] body = new byte[300_000];
    new Random(1).nextBytes(body);
    origin.on(
        "/weekly.mp4",
        request ->
            request
                .response()
                .putHeader("Content-Type", "video/mp4")
                .putHeader("ETag", "\"v1\"")
                .end(Buffer.buffer(body)));
    String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    String job =
        """
        {
          "id": "zoom:1",
          "url": "%s?token=secret",
          "target": "2026/11/22/weekly.mp4",
          "size": 300000,
          "checksum": "sha256:%s",
          "labels": {"meeting": "123"}
        }
        """
            .formatted(origin.url("/weekly.mp4"), hex("SHA-256", body));
    cluster.send(
        List.of(
            new ProducerRecord<>(
                cluster.jobs(),
                1,
                "any-key".getBytes(UTF_8),
                job.getBytes(UTF_8),
                List.of(new RecordHeader("traceparent", trace.getBytes(UTF_8))))));

    JsonNode end = end("zoom:1");
    assertThat(files.bytes("2026/11/22/weekly.mp4")).isEqualTo(body);
    List<ConsumerRecord<byte[], byte[]>> ends = completions.records("zoom:1");
    assertThat(ends).hasSize(1);
    assertThat(TopicReader.headers(ends.getFirst()))
        .containsOnly(
            entry("ce_specversion", "1.0"),
            entry("ce_id", cluster.jobs() + "-1-0"),
            entry("ce_source", "/haul/worker-1"),
            entry("ce_type", "dev.haul.job.completed.v1"),
            entry("ce_time", end.path("finishedAt").textValue()),
            entry("ce_subject", "zoom:1"),
            entry("content-type", "application/json"),
            entry("traceparent", trace));
    assertThat(end.properties().stream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrder(
            "jobId",
            "outcome",
            "store",
            "target",
            "location",
            "bytes",
            "checksum",
            "contentType",
            "etag",
            "attempts",
            "bytesTransferred",
            "history",
            "acceptedAt",
            "startedAt",
            "finishedAt",
            "elapsedMillis",
            "worker",
            "labels");
    assertThat(end.path("jobId").textValue()).isEqualTo("zoom:1");
    assertThat(end.path("outcome").textValue()).isEqualTo("completed");
    assertThat(end.path("store").textValue()).isEqualTo("default");
    assertThat(end.path("target").textValue()).isEqualTo("2026/11/22/weekly.mp4");
    assertThat(end.path("location").textValue())
        .startsWith("file:///")
        .endsWith("/2026/11/22/weekly.mp4");
    assertThat(end.path("bytes").longValue()).isEqualTo(300_000);
    assertThat(end.path("checksum").textValue()).isEqualTo("sha256:" + hex("SHA-256", body));
    assertThat(end.path("contentType").textValue()).isEqualTo("video/mp4");
    assertThat(end.path("etag").textValue()).isEqualTo("\"v1\"");
    assertThat(end.path("attempts").intValue()).isEqualTo(1);
    assertThat(end.path("bytesTransferred").longValue()).isEqualTo(300_000);
    assertThat(end.path("elapsedMillis").isIntegralNumber()).isTrue();
    assertThat(end.path("worker").textValue()).isEqualTo("worker-1");
    assertThat(end.path("labels").path("meeting").textValue()).isEqualTo("123");
    assertThat(Instant.parse(end.path("acceptedAt").textValue()))
        .isBeforeOrEqualTo(Instant.parse(end.path("startedAt").textValue()));
    assertThat(Instant.parse(end.path("startedAt").textValue()))
        .isBeforeOrEqualTo(Instant.parse(end.path("finishedAt").textValue()));
    assertThat(end.toString()).doesNotContain("secret");
    assertThat(dead.records("any-key")).isEmpty();
  }

  @Test
  void progress_is_told_at_the_start_and_at_the_end_and_states_end_with_the_last() {
    byte[] body = new byte[500_000];
    origin.serve("/progress", body);
    String id = submit("/progress", "");
    end(id);
    try (TopicReader progress = cluster.read(cluster.topics.progress());
        TopicReader states = cluster.read(cluster.topics.states())) {
      eventually()
          .until(() ->
              progress.of(id).stream().anyMatch(it -> it.path("bytes").longValue() == 500_000));
      JsonNode first = progress.of(id).getFirst();
      JsonNode last = progress.of(id).getLast();
      assertThat(first.path("bytes").longValue()).isZero();
      assertThat(first.path("totalBytes").longValue()).isEqualTo(500_000);
      assertThat(first.path("percent").doubleValue()).isZero();
      assertThat(first.has("bytesPerSecond")).isFalse();
      assertThat(first.has("etaSeconds")).isFalse();
      assertThat(last.path("attempt").intValue()).isEqualTo(1);
      assertThat(last.path("percent").doubleValue()).isEqualTo(100);
      assertThat(last.path("etaSeconds").longValue()).isZero();
      assertThat(last.path("worker").textValue()).isEqualTo("worker-1");
      assertThat(TopicReader.headers(progress.records(id).getFirst()))
          .containsEntry("ce_type", "dev.haul.job.progress.v1")
          .containsEntry("ce_subject", id);

      eventually().until(() -> !states.of(id).isEmpty());
      List<String> told = states.of(id).stream().map(it -> it.path("state").textValue()).toList();
      assertThat(List.of("queued", "running", "completed")).containsAll(told);
      assertThat(told).endsWith("completed").doesNotHaveDuplicates();
      assertThat(TopicReader.headers(states.records(id).getLast()))
          .containsEntry("ce_type", "dev.haul.job.state.v1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"md5", "sha1", "sha256", "sha512", "crc32c"})
  void a_checksum_is_verified(String algorithm) {
    String path = "/checked-" + algorithm;
    String checksum = algorithm + ":" + digest(algorithm, TestOrigin.content(path));
    JsonNode end = end(submit(path, "\"checksum\":\"" + checksum + "\""));
    assertThat(end.path("outcome").textValue()).isEqualTo("completed");
    assertThat(end.path("checksum").textValue()).isEqualTo(checksum);
    assertThat(files.bytes(path.substring(1))).isEqualTo(TestOrigin.content(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"md5", "crc32c", "sha512"})
  void a_wrong_checksum_ends_the_job_after_its_attempts_and_leaves_no_file(String algorithm) {
    String path = "/wrong-" + algorithm;
    String checksum = algorithm + ":" + digest(algorithm, new byte[1]);
    String id = submit(path, "\"maxAttempts\":3,\"checksum\":\"" + checksum + "\"");
    assertFailed(end(id), "checksum-mismatch", 3);
    assertThat(origin.count(path)).isEqualTo(3);
    assertThat(files.names()).doesNotContain(path.substring(1));
    Map<String, String> letter = TopicReader.headers(letter(id));
    assertThat(letter)
        .containsEntry("haul-error-code", "checksum-mismatch")
        .containsEntry("haul-attempts", "3");
    assertThat(letter.get("haul-history")).isEqualTo(end(id).path("history").toString());
    assertThat(end(id).path("history"))
        .hasSize(3)
        .allSatisfy(attempt -> {
          assertThat(attempt.path("code").textValue()).isEqualTo("checksum-mismatch");
          assertThat(attempt.path("bytes").intValue()).isEqualTo(TestOrigin.content(path).length);
          assertThat(attempt.path("worker").textValue()).isEqualTo("worker-1");
          assertThat(Instant.parse(attempt.path("endedAt").textValue()))
              .isAfterOrEqualTo(Instant.parse(attempt.path("startedAt").textValue()));
        });
  }

  @Test
  void a_wrong_size_is_noticed_before_a_file_appears() {
    String id = submit("/sized", "\"maxAttempts\":2,\"size\":7");
    assertFailed(end(id), "size-mismatch", 2);
    assertThat(files.names()).doesNotContain("sized");
  }

  @Test
  void an_empty_file_is_a_file() {
    origin.serve("/empty", new byte[0]);
    JsonNode end = end(submit("/empty", "\"size\":0"));
    assertThat(end.path("outcome").textValue()).isEqualTo("completed");
    assertThat(end.path("bytes").longValue()).isZero();
    assertThat(files.bytes("empty")).isEmpty();
  }

  @Test
  void a_compressed_answer_is_refused_and_never_stored() {
    origin.on(
        "/gzip",
        request ->
            request
                .response()
                .putHeader("Content-Encoding", "gzip")
                .end(Buffer.buffer(gzip(new byte[1000]))));
    assertFailed(end(submit("/gzip", "\"maxAttempts\":2")), "bad-response", 2);
    assertThat(origin.requests("/gzip").getFirst().headers())
        .satisfiesAnyOf(
            it -> assertThat(it).doesNotContainKey("accept-encoding"),
            it -> assertThat(it).containsEntry("accept-encoding", "identity"));
    assertThat(files.names()).doesNotContain("gzip");
  }

  @Test
  void what_is_not_there_fails_at_once_and_no_query_string_is_told() {
    origin.on("/missing", request -> request.response().setStatusCode(404).end("<html>no</html>"));
    String id = submit("/missing", "");
    JsonNode end = end(id);
    assertFailed(end, "http-status", 1);
    assertThat(end.path("error").path("status").intValue()).isEqualTo(404);
    assertThat(end.path("error").path("retryable").booleanValue()).isFalse();
    assertThat(end.toString()).doesNotContain("secret");
    assertThat(origin.count("/missing")).isEqualTo(1);
    assertThat(files.names()).doesNotContain("missing");
    ConsumerRecord<byte[], byte[]> letter = letter(id);
    assertThat(TopicReader.headers(letter).toString()).doesNotContain("secret");
    assertThat(new String(letter.value(), UTF_8)).contains("?secret");
  }

  @Test
  void a_server_that_fails_twice_is_asked_a_third_time() {
    origin.on(
        "/flaky",
        request -> {
          if (origin.count("/flaky") < 3) {
            request.response().setStatusCode(503).end();
          } else {
            request.response().end("here");
          }
        });
    JsonNode end = end(submit("/flaky", ""));
    assertThat(end.path("outcome").textValue()).isEqualTo("completed");
    assertThat(end.path("attempts").intValue()).isEqualTo(3);
    assertThat(files.bytes("flaky")).asString().isEqualTo("here");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void a_server_that_names_a_time_is_left_alone_until_then(int status) {
    String path = "/busy-" + status;
    TestOrigin from = status == 429 ? throttling : busy;
    from.on(
        path,
        request -> {
          if (from.count(path) == 1) {
            request.response().setStatusCode(status).putHeader("Retry-After", "2").end();
          } else {
            request.response().end("here");
          }
        });
    assertThat(end(submit(from, path, "")).path("attempts").intValue()).isEqualTo(2);
    List<TestOrigin.Request> requests = from.requests(path);
    assertThat(requests).hasSize(2);
    assertThat(Duration.ofNanos(requests.getLast().nanos() - requests.getFirst().nanos()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void a_redirect_is_followed_and_takes_no_headers_to_another_origin() {
    origin.on("/here", request -> redirect(request, origin.url("/next")));
    origin.on("/next", request -> redirect(request, other.url("/there")));
    JsonNode end =
        end(submit("/here", "\"headers\":{\"X-Api-Key\":\"k\",\"Accept\":\"video/mp4\"}"));
    assertThat(end.path("outcome").textValue()).isEqualTo("completed");
    assertThat(files.bytes("here")).isEqualTo(TestOrigin.content("/there"));
    assertThat(origin.requests("/here").getFirst().headers()).containsEntry("x-api-key", "k");
    assertThat(origin.requests("/next").getFirst().headers())
        .containsEntry("x-api-key", "k")
        .containsEntry("accept", "video/mp4");
    assertThat(other.requests("/there").getFirst().headers())
        .doesNotContainKey("x-api-key")
        .doesNotContainEntry("accept", "video/mp4");
  }

  @Test
  void a_file_that_is_there_already_is_not_fetched_again() {
    String path = "/again";
    byte[] body = TestOrigin.content(path);
    String fields =
        "\"size\":%d,\"checksum\":\"sha256:%s\"".formatted(body.length, hex("SHA-256", body));
    end(submit(path, fields));
    JsonNode end = end(submit(path, fields));
    assertThat(end.path("outcome").textValue()).isEqualTo("completed");
    assertThat(end.path("bytesTransferred").longValue()).isZero();
    assertThat(end.path("bytes").longValue()).isEqualTo(body.length);
    assertThat(origin.count(path)).isEqualTo(1);
  }

  @Test
  void a_private_address_is_not_reached_unless_it_is_allowed(@TempDir Path guarded) {
    TestCluster apart = TestCluster.shared(1);
    Map<String, String> settings = apart.settings(guarded, origin);
    settings.remove("fetch.allow-networks");
    try (Worker _ = TestCluster.start(settings);
        TopicReader ends = apart.read(apart.topics.completions())) {
      apart.send("{\"id\":\"a\",\"url\":\"" + origin.url("/guarded") + "\"}");
      eventually().until(() -> ends.jobs() == 1);
      assertFailed(ends.of("a").getFirst(), "forbidden-address", 1);
    }
    assertThat(origin.count("/guarded")).isZero();
    assertThat(new StoredFiles(guarded).names()).isEmpty();
  }

  private static void redirect(HttpServerRequest request, String location) {
    request.response().setStatusCode(302).putHeader("Location", location).end();
  }

  /** Publishes a job whose target is the path; the URL has a query string that nobody may tell. */
  private static String submit(String path, String fields) {
    return submit(origin, path, fields);
  }

  private static String submit(TestOrigin from, String path, String fields) {
    String id = "job-" + JOBS.incrementAndGet();
    cluster.send(
        List.of(
            new ProducerRecord<>(
                cluster.jobs(),
                id.getBytes(UTF_8),
                "{\"url\":\"%s?secret\",\"target\":\"%s\"%s}"
                    .formatted(
                        from.url(path), path.substring(1), fields.isEmpty() ? "" : "," + fields)
                    .getBytes(UTF_8))));
    return id;
  }

  /** The terminal event of a job, which has no other. */
  private static JsonNode end(String id) {
    eventually().until(() -> !completions.records(id).isEmpty());
    assertThat(completions.of(id)).hasSize(1);
    return completions.of(id).getFirst();
  }

  private static ConsumerRecord<byte[], byte[]> letter(String id) {
    eventually().until(() -> !dead.records(id).isEmpty());
    assertThat(dead.records(id)).hasSize(1);
    return dead.records(id).getFirst();
  }

  private static void assertFailed(JsonNode end, String code, int attempts) {
    assertThat(end.path("outcome").textValue()).isEqualTo("failed");
    assertThat(end.path("error").path("code").textValue()).isEqualTo(code);
    assertThat(end.path("attempts").intValue()).isEqualTo(attempts);
    assertThat(end.has("bytes")).isFalse();
    assertThat(end.has("location")).isFalse();
  }

  private static String digest(String algorithm, byte[] bytes) {
    return switch (algorithm) {
      case "md5" -> hex("MD5", bytes);
      case "sha1" -> hex("SHA-1", bytes);
      case "sha256" -> hex("SHA-256", bytes);
      case "sha512" -> hex("SHA-512", bytes);
      default -> {
        var crc = new CRC32C();
        crc.update(bytes);
        yield "%08x".formatted(crc.getValue());
      }
    };
  }

  private static String hex(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] gzip(byte[] bytes) {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return compressed.toByteArray();
  }
}
