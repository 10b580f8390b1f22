package dev.haul;

import static dev.haul.TestCluster.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.JobId;
import dev.haul.kafka.ControlPublisher;
import dev.haul.kafka.KafkaSettings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that wait longer than a worker holds them, on a ladder with short steps. */
class LadderIT {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static final byte[] BODY = new byte[1 << 20];
  private static final List<String> TIMED =
      IntStream.range(0, 8).mapToObj(i -> "timed-" + i).toList();

  @TempDir static Path store;

  private static TestCluster cluster;

  /** Origins of their own, as one that throttles is left alone with all its files. */
  private static final TestOrigin origin = new TestOrigin();

  private static final TestOrigin throttling = new TestOrigin();
  private static final TestOrigin cutting = new TestOrigin();
  private static TopicReader completions;
  private static Instant time;
  private static Worker worker;

  /** All that must wait does so at once. */
  @BeforeAll
  static void publish() {
    cluster = ladder();
    completions = cluster.read(cluster.topics.completions());
    new Random(5).nextBytes(BODY);
    throttling.on("/throttled", LadderIT::throttle);
    cutting.on("/cut", LadderIT::cutAndThrottle);
    worker = TestCluster.start(settings(cluster));
    time = Instant.now().plusMillis(5200);
    cluster.send(TIMED.stream().map(id -> job(origin, id, notBefore(time))).toArray(String[]::new));
    cluster.send(
        List.of(
            new ProducerRecord<>(
                cluster.jobs(),
                1,
                "any key".getBytes(UTF_8),
                job(throttling, "throttled", ",\"labels\":{\"a\":\"b\"}").getBytes(UTF_8),
                List.of(new RecordHeader("traceparent", TRACE.getBytes(UTF_8))))));
    cluster.send(job(cutting, "cut", ",\"maxAttempts\":20"));
  }

  @AfterAll
  static void stop() {
    worker.close();
    completions.close();
    List.of(origin, throttling, cutting).forEach(TestOrigin::close);
  }

  private static TestCluster ladder() {
    return TestCluster.withLadder(
        2, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofHours(6));
  }

  private static Map<String, String> settings(TestCluster cluster) {
    Map<String, String> settings = cluster.settings(store, origin, throttling, cutting);
    settings.put("retry.in-process", "300ms");
    return settings;
  }

  private static TopicReader read(TestCluster cluster, int step) {
    return cluster.read(cluster.topics.retry().get(step).topic());
  }

  private static void throttle(HttpServerRequest request) {
    if (throttling.count("/throttled") == 1) {
      request.response().setStatusCode(429).putHeader("Retry-After", "3").end();
    } else {
      request.response().end("whole");
    }
  }

  /** Half of the file, then a request to wait, then the rest. */
  private static void cutAndThrottle(HttpServerRequest request) {
    var response = request.response().putHeader("ETag", "\"v1\"");
    String range = request.getHeader("Range");
    if (range == null) {
      response.putHeader("Accept-Ranges", "bytes");
      response.putHeader("Content-Length", "" + BODY.length);
      response
          .write(Buffer.buffer(BODY).slice(0, BODY.length / 2))
          .onComplete(_ -> request.connection().close());
    } else if (cutting.count("/cut") < 3) {
      response.setStatusCode(429).putHeader("Retry-After", "3").end();
    } else {
      int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      response
          .setStatusCode(206)
          .putHeader("Content-Range", "bytes " + from + "-" + (BODY.length - 1) + "/" + BODY.length)
          .end(Buffer.buffer(BODY).slice(from, BODY.length));
    }
  }

  private static String job(TestOrigin origin, String id, String more) {
    return "{\"id\":\"%s\",\"url\":\"%s\",\"target\":\"%s\"%s}"
        .formatted(id, origin.url("/" + id), id, more);
  }

  private static String notBefore(Instant time) {
    return ",\"notBefore\":\"" + time + "\"";
  }

  private static JsonNode end(TopicReader completions, String id) {
    eventually().until(() -> !completions.records(id).isEmpty());
    return completions.of(id).getFirst();
  }

  @Test
  void a_job_with_a_time_climbs_down_the_ladder_and_starts_within_a_second_of_it() {
    List<Instant> starts = new ArrayList<>();
    for (String id : TIMED) {
      JsonNode end = end(completions, id);
      assertThat(end.path("outcome").textValue()).isEqualTo("completed");
      assertThat(end.path("attempts").intValue()).isEqualTo(1);
      starts.add(Instant.parse(end.path("startedAt").textValue()));
    }
    assertThat(starts).allMatch(start -> !start.isBefore(time));
    assertThat(starts).anyMatch(start -> start.isBefore(time.plusSeconds(1)));
    try (TopicReader seconds = read(cluster, 0);
        TopicReader threes = read(cluster, 1)) {
      assertThat(threes.records().stream().map(TopicReader::json))
          .filteredOn(moved -> TIMED.contains(moved.path("id").textValue()))
          .hasSize(TIMED.size());
      assertThat(seconds.records()).isNotEmpty();
    }
    assertThat(completions.countByJob().values()).allMatch(count -> count == 1);
  }

  @Test
  void a_throttled_job_takes_its_history_along_and_ends_in_its_first_place() {
    try (TopicReader states = cluster.read(cluster.topics.states());
        TopicReader threes = read(cluster, 1)) {
      JsonNode end = end(completions, "throttled");
      assertThat(end.path("outcome").textValue()).isEqualTo("completed");
      assertThat(end.path("attempts").intValue()).isEqualTo(2);
      assertThat(end.path("labels").path("a").textValue()).isEqualTo("b");
      JsonNode history = end.path("history");
      assertThat(history).hasSize(2);
      assertThat(history.path(0).path("code").textValue()).isEqualTo("throttled");
      assertThat(history.path(1).has("code")).isFalse();
      assertThat(Duration.between(at(history, 0, "endedAt"), at(history, 1, "startedAt")))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(3));
      assertThat(end.path("startedAt").textValue())
          .isEqualTo(history.path(0).path("startedAt").textValue());
      ConsumerRecord<byte[], byte[]> moved = threes.records("any key").getFirst();
      Map<String, String> headers = TopicReader.headers(moved);
      String place = cluster.jobs() + "-1-" + headers.get("haul-origin-offset");
      assertThat(TopicReader.headers(completions.records("throttled").getFirst()))
          .containsEntry("ce_id", place)
          .containsEntry("traceparent", TRACE);
      assertThat(headers)
          .containsEntry("traceparent", TRACE)
          .containsEntry("haul-attempts", "1")
          .containsEntry("haul-origin-topic", cluster.jobs())
          .containsEntry("haul-origin-partition", "1")
          .containsKeys("haul-history", "haul-not-before", "haul-origin-timestamp");
      assertThat(states.of("throttled"))
          .anySatisfy(state -> {
            assertThat(state.path("state").textValue()).isEqualTo("waiting");
            assertThat(state.path("until").textValue())
                .isEqualTo(TopicReader.headers(moved).get("haul-not-before"));
          });
    }
  }

  @Test
  void a_job_goes_on_after_the_ladder_with_the_bytes_that_it_had() {
    JsonNode end = end(completions, "cut");
    assertThat(end.path("outcome").textValue()).isEqualTo("completed");
    try (TopicReader threes = read(cluster, 1)) {
      assertThat(threes.records().stream().map(TopicReader::json))
          .as("it moved")
          .filteredOn(moved -> moved.path("id").textValue().equals("cut"))
          .hasSize(1);
    }
    assertThat(end.path("bytes").intValue()).isEqualTo(BODY.length);
    assertThat(end.path("bytesTransferred").intValue())
        .as("nothing is fetched twice")
        .isEqualTo(BODY.length);
    assertThat(new StoredFiles(store).bytes("cut")).isEqualTo(BODY);
  }

  private static Instant at(JsonNode history, int attempt, String field) {
    return Instant.parse(history.path(attempt).path(field).textValue());
  }

  @Test
  void a_job_that_waits_for_hours_is_cancelled_at_once_whoever_holds_it() {
    TestCluster cluster = ladder();
    try (TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader hours = read(cluster, 2);
        var control =
            new ControlPublisher(
                new KafkaSettings(cluster.servers, cluster.group, Map.of()), cluster.topics)) {
      Instant later = Instant.now().plus(Duration.ofHours(13));
      String[] jobs =
          IntStream.range(0, 40)
              .mapToObj(i -> job(origin, "later-" + i, notBefore(later)))
              .toArray(String[]::new);
      Map<String, String> settings = settings(cluster);
      settings.put("intake.max-jobs", "8");
      settings.put("kafka.properties.max.poll.records", "4");
      try (var _ = TestCluster.start(settings)) {
        cluster.send(jobs);
        eventually().until(() -> hours.records().size() == jobs.length);
        cluster.send(job(origin, "soon", ""));
        assertThat(end(completions, "soon").path("outcome").textValue()).isEqualTo("completed");

        control.publish(Action.CANCEL, List.of(new ControlScope.Job(new JobId("later-7"))));
        assertCancelled(end(completions, "later-7"));
      }
      assertThat(completions.jobs()).as("nothing else has ended").isEqualTo(2);
      try (var _ = TestCluster.start(settings)) {
        control.publish(Action.CANCEL, List.of(new ControlScope.Job(new JobId("later-38"))));
        assertCancelled(end(completions, "later-38"));
        control.publish(Action.CANCEL, List.of(new ControlScope.All()));
        eventually().until(() -> completions.jobs() == jobs.length + 1);
      }
      assertThat(origin.counts().keySet())
          .contains("/soon")
          .noneMatch(path -> path.startsWith("/later"));
      assertThat(completions.countByJob().values()).allMatch(count -> count == 1);
    }
  }

  private static void assertCancelled(JsonNode end) {
    assertThat(end.path("outcome").textValue()).isEqualTo("cancelled");
    assertThat(end.path("attempts").intValue()).isZero();
  }
}
