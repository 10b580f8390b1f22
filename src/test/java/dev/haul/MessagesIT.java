package dev.haul;

import static dev.haul.TestCluster.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.JobId;
import dev.haul.kafka.ControlPublisher;
import dev.haul.kafka.DeadLetters;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.Letter;
import dev.haul.kafka.Redrive;
import dev.haul.messages.MessageSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the schemas of docs/messages to what a worker writes: they name each field of it. */
class MessagesIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @TempDir Path store;

  private final TestCluster cluster = TestCluster.withLadder(1, Duration.ofSeconds(1));
  private final KafkaSettings kafka = new KafkaSettings(cluster.servers, cluster.group, Map.of());

  @Test
  void every_message_of_a_worker_fits_its_schema() throws IOException {
    Map<String, String> settings;
    try (var origin = new TestOrigin();
        var control = new ControlPublisher(kafka, cluster.topics);
        TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader states = cluster.read(cluster.topics.states())) {
      settings = cluster.settings(store, origin);
      settings.put("retry.in-process", "300ms");
      settings.put("worker.id", "worker-1");
      List<ControlScope> paused = List.of(new ControlScope.Job(new JobId("paused")));
      control.publish(Action.PAUSE, paused);
      answers(origin);
      try (Worker _ = TestCluster.start(settings)) {
        send(job(origin, "done", ",\"labels\":{\"meeting\":\"123\"}"));
        send(job(origin, "done", ",\"labels\":{\"meeting\":\"123\"}"));
        send(job(origin, "missing", ""));
        send("{\"id\":\"bad\"}");
        send(job(origin, "held", ""));
        send(job(origin, "paused", ""));
        send(job(origin, "again", ""));
        send(job(origin, "later", ""));
        eventually().until(() -> origin.count("/held") == 1 && isPaused(states));
        control.publish(Action.CANCEL, List.of(new ControlScope.Job(new JobId("held"))));
        control.publish(Action.RESUME, paused);
        eventually().until(() -> completions.records().size() == 8);
        resolveLetters();
        eventually().until(() -> completions.records().size() == 9);
      }
    }

    assertThat(outcomes())
        .containsExactlyInAnyOrder(
            "done completed",
            "done completed",
            "missing failed",
            "missing failed",
            "bad failed",
            "held cancelled",
            "paused completed",
            "again completed",
            "later completed");
    assertFit("completion", "event.headers", cluster.topics.completions());
    assertFit("state", "event.headers", cluster.topics.states());
    assertFit("progress", "event.headers", cluster.topics.progress());
    assertFit("control", null, cluster.topics.control());
    assertFit("job", "retry.headers", cluster.topics.retry().getFirst().topic());
    assertJobsFit();
    assertDeadFit();
  }

  private static void answers(TestOrigin origin) {
    origin.on("/missing", request -> request.response().setStatusCode(404).end());
    origin.hold("/held");
    origin.on(
        "/again",
        request ->
            request.response().setStatusCode(origin.count("/again") == 1 ? 500 : 200).end("here"));
    origin.on(
        "/later",
        request -> {
          if (origin.count("/later") == 1) {
            request.response().setStatusCode(429).putHeader("Retry-After", "1");
          }
          request.response().putHeader("ETag", "\"v1\"").end("here");
        });
  }

  private static String job(TestOrigin origin, String id, String more) {
    return "{\"id\":\"%s\",\"url\":\"%s\",\"target\":\"%s\"%s}"
        .formatted(id, origin.url("/" + id), id, more);
  }

  private void send(String job) {
    cluster.send(
        List.of(
            new ProducerRecord<>(
                cluster.jobs(),
                null,
                (byte[]) null,
                job.getBytes(UTF_8),
                List.of(new RecordHeader("traceparent", TRACE.getBytes(UTF_8))))));
  }

  private static boolean isPaused(TopicReader states) {
    return states.of("paused").stream().anyMatch(state -> state.has("paused"));
  }

  /** Drives the missing file again, which dies again, and drops the rest. */
  private void resolveLetters() {
    try (var redrive = new Redrive(kafka, cluster.topics)) {
      List<Redrive.Order> orders = new ArrayList<>();
      for (Letter letter : DeadLetters.read(kafka, cluster.topics)) {
        boolean again = letter.jobId().value().equals("missing");
        orders.add(
            new Redrive.Order(
                letter,
                new Letter.Resolution(again, Instant.now(), "somebody"),
                again
                    ? new Redrive.Job(cluster.jobs(), letter.record().value(), "priority=9")
                    : null));
      }
      redrive.resolve(orders);
    }
  }

  private List<String> outcomes() {
    return read(cluster.topics.completions()).stream()
        .map(TopicReader::json)
        .map(end -> end.path("jobId").textValue() + " " + end.path("outcome").textValue())
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    try (TopicReader reader = cluster.read(topic)) {
      return reader.records();
    }
  }

  private void assertFit(String value, String headers, String topic) throws IOException {
    List<ConsumerRecord<byte[], byte[]>> records = read(topic);
    assertThat(records).as(topic).isNotEmpty();
    for (var record : records) {
      assertFits(value, TopicReader.json(record));
      if (headers != null) {
        assertHeadersFit(headers, record);
      }
    }
  }

  private void assertJobsFit() throws IOException {
    Set<String> headers = new TreeSet<>();
    for (var record : read(cluster.jobs())) {
      JsonNode job = TopicReader.json(record);
      assertThat(MessageSchema.of("job").faults(job).isEmpty())
          .isEqualTo(!job.path("id").textValue().equals("bad"));
      assertHeadersFit("job.headers", record);
      headers.addAll(TopicReader.headers(record).keySet());
    }
    assertThat(headers).contains("haul-redriven-edits", "haul-redriven-count", "traceparent");
  }

  private void assertDeadFit() throws IOException {
    int letters = 0;
    int resolutions = 0;
    for (var record : read(cluster.topics.dead())) {
      if (TopicReader.headers(record).containsKey("haul-resolves")) {
        assertThat(record.value()).isNull();
        assertHeadersFit("resolution.headers", record);
        resolutions++;
      } else {
        assertHeadersFit("dead.headers", record);
        letters++;
      }
    }
    assertThat(List.of(letters, resolutions)).containsExactly(3, 2);
  }

  private static void assertHeadersFit(String schema, ConsumerRecord<byte[], byte[]> record)
      throws IOException {
    Map<String, String> headers = TopicReader.headers(record);
    assertFits(schema, JSON.valueToTree(headers));
    if (headers.containsKey("haul-history")) {
      JsonNode history = JSON.readTree(headers.get("haul-history"));
      assertThat(history.isArray()).isTrue();
      for (JsonNode attempt : history) {
        assertThat(attempt.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet()))
            .contains("attempt", "startedAt", "endedAt", "host", "bytes", "worker");
      }
    }
  }

  private static void assertFits(String schema, JsonNode message) {
    assertThat(MessageSchema.of(schema).closed().faults(message))
        .as("%s by %s", message, schema)
        .isEmpty();
  }
}
