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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that wait longer than a worker holds them, on a ladder with short steps. */
class LadderIT {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @TempDir Path store;

  private final TestCluster cluster =
      TestCluster.withLadder(2, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofHours(6));

  private Map<String, String> settings(TestOrigin origin) {
    Map<String, String> settings = cluster.settings(store, origin);
    settings.put("retry.in-process", "300ms");
    return settings;
  }

  private String topic(int step) {
    return cluster.topics.retry().get(step).topic();
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
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader seconds = cluster.read(topic(0));
        TopicReader threes = cluster.read(topic(1));
        var _ = TestCluster.start(settings(origin))) {
      Instant time = Instant.now().plusMillis(5200);
      List<String> ids = IntStream.range(0, 8).mapToObj(i -> "timed-" + i).toList();
      cluster.send(ids.stream().map(id -> job(origin, id, notBefore(time))).toArray(String[]::new));

      List<Instant> starts = new ArrayList<>();
      for (String id : ids) {
        JsonNode end = end(completions, id);
        assertThat(end.path("outcome").textValue()).isEqualTo("completed");
        assertThat(end.path("attempts").intValue()).isEqualTo(1);
        starts.add(Instant.parse(end.path("startedAt").textValue()));
      }
      assertThat(starts).allMatch(start -> !start.isBefore(time));
      assertThat(starts).anyMatch(start -> start.isBefore(time.plusSeconds(1)));
      assertThat(threes.records()).hasSize(ids.size());
      assertThat(seconds.records()).isNotEmpty();
      assertThat(completions.countByJob().values()).allMatch(count -> count == 1);
    }
  }

  @Test
  void a_throttled_job_takes_its_history_along_and_ends_in_its_first_place() {
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader states = cluster.read(cluster.topics.states());
        TopicReader threes = cluster.read(topic(1));
        var _ = TestCluster.start(settings(origin))) {
      origin.on(
          "/throttled",
          request -> {
            if (origin.count("/throttled") == 1) {
              request.response().setStatusCode(429).putHeader("Retry-After", "3").end();
            } else {
              request.response().end("whole");
            }
          });
      cluster.send(
          List.of(
              new ProducerRecord<>(
                  cluster.jobs(),
                  1,
                  "any key".getBytes(UTF_8),
                  job(origin, "throttled", ",\"labels\":{\"a\":\"b\"}").getBytes(UTF_8),
                  List.of(new RecordHeader("traceparent", TRACE.getBytes(UTF_8))))));

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
      assertThat(TopicReader.headers(completions.records("throttled").getFirst()))
          .containsEntry("ce_id", cluster.jobs() + "-1-0")
          .containsEntry("traceparent", TRACE);

      ConsumerRecord<byte[], byte[]> moved = threes.records().getFirst();
      assertThat(moved.key()).isEqualTo("any key".getBytes(UTF_8));
      assertThat(TopicReader.headers(moved))
          .containsEntry("traceparent", TRACE)
          .containsEntry("haul-attempts", "1")
          .containsEntry("haul-origin-topic", cluster.jobs())
          .containsEntry("haul-origin-partition", "1")
          .containsEntry("haul-origin-offset", "0")
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
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader threes = cluster.read(topic(1));
        var _ = TestCluster.start(settings(origin))) {
      var body = new byte[1 << 20];
      new Random(5).nextBytes(body);
      int half = body.length / 2;
      origin.on(
          "/cut",
          request -> {
            var response = request.response().putHeader("ETag", "\"v1\"");
            String range = request.getHeader("Range");
            if (range == null) {
              response.putHeader("Accept-Ranges", "bytes");
              response.putHeader("Content-Length", "" + body.length);
              response
                  .write(Buffer.buffer(body).slice(0, half))
                  .onComplete(_ -> request.connection().close());
            } else if (origin.count("/cut") < 3) {
              response.setStatusCode(429).putHeader("Retry-After", "3").end();
            } else {
              int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
              response
                  .setStatusCode(206)
                  .putHeader(
                      "Content-Range",
                      "bytes " + from + "-" + (body.length - 1) + "/" + body.length)
                  .end(Buffer.buffer(body).slice(from, body.length));
            }
          });
      cluster.send(job(origin, "cut", ",\"maxAttempts\":20"));

      JsonNode end = end(completions, "cut");
      assertThat(end.path("outcome").textValue()).isEqualTo("completed");
      assertThat(threes.records()).as("it moved").hasSize(1);
      assertThat(end.path("bytes").intValue()).isEqualTo(body.length);
      assertThat(end.path("bytesTransferred").intValue())
          .as("nothing is fetched twice")
          .isEqualTo(body.length);
      assertThat(new StoredFiles(store).bytes("cut")).isEqualTo(body);
    }
  }

  private static Instant at(JsonNode history, int attempt, String field) {
    return Instant.parse(history.path(attempt).path(field).textValue());
  }

  @Test
  void a_job_that_waits_for_hours_is_cancelled_at_once_whoever_holds_it() {
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader hours = cluster.read(topic(2));
        var control =
            new ControlPublisher(
                new KafkaSettings(cluster.servers, cluster.group, Map.of()), cluster.topics)) {
      Instant time = Instant.now().plus(Duration.ofHours(13));
      String[] jobs =
          IntStream.range(0, 40)
              .mapToObj(i -> job(origin, "later-" + i, notBefore(time)))
              .toArray(String[]::new);
      Map<String, String> settings = settings(origin);
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
      assertThat(origin.counts().keySet()).containsExactly("/soon");
      assertThat(completions.countByJob().values()).allMatch(count -> count == 1);
    }
  }

  private static void assertCancelled(JsonNode end) {
    assertThat(end.path("outcome").textValue()).isEqualTo("cancelled");
    assertThat(end.path("attempts").intValue()).isZero();
  }
}
