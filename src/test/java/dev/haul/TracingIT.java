package dev.haul;

import static dev.haul.TestCluster.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.TestCollector.Seen;
import dev.haul.kafka.DeadLetters;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.Letter;
import dev.haul.kafka.Redrive;
import dev.haul.origin.Origin;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows jobs of a real worker at a collector that takes OTLP. */
class TracingIT {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PUBLISHER = "b9c7c989f97918e1";

  @TempDir Path store;
  private final TestCluster cluster = TestCluster.withLadder(1, Duration.ofSeconds(1));

  private Map<String, String> settings(Origin origin) {
    Map<String, String> settings = cluster.settings(store);
    settings.put("fetch.allow-ports", "" + origin.port());
    settings.put("fetch.segments.count", "1");
    settings.put("retry.in-process", "500ms");
    return settings;
  }

  private static String job(String id, String url) {
    return "{\"id\":\"%s\",\"url\":\"%s\",\"target\":\"%s\"}".formatted(id, url, id);
  }

  private void publish(String id, String url, String parent) {
    byte[] value = job(id, url).getBytes(UTF_8);
    var header = new RecordHeader("traceparent", parent.getBytes(UTF_8));
    cluster.send(
        List.of(
            new ProducerRecord<>(
                cluster.jobs(), null, id.getBytes(UTF_8), value, List.of(header))));
  }

  private static String traceOf(TopicReader completions, String id) {
    String traceparent = traceparent(completions, id, 0);
    return traceparent.substring(3, 35);
  }

  private static String traceparent(TopicReader completions, String id, int end) {
    eventually()
        .untilAsserted(() ->
            assertThat(completions.records(id))
                .as("%s", completions.last())
                .hasSizeGreaterThan(end));
    return TopicReader.headers(completions.records(id).get(end)).get("traceparent");
  }

  private static Seen only(List<Seen> spans, String name) {
    List<Seen> found = spans.stream().filter(span -> span.name().equals(name)).toList();
    assertThat(found).as("%s of %s", name, spans).hasSize(1);
    return found.getFirst();
  }

  @Test
  void a_job_is_one_trace_from_its_publisher_to_its_terminal_event() throws Exception {
    String cut;
    String waited;
    String lost;
    String again;
    try (var collector = new TestCollector();
        Origin origin = Origin.start(InstantSource.system());
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      Map<String, String> settings = settings(origin);
      settings.put("tracing.endpoint", collector.endpoint());
      settings.put("worker.id", "traced-1");
      try (var _ = TestCluster.start(settings)) {
        publish(
            "cut",
            origin.url("cut?size=200KiB&cut=120KiB*1"),
            "00-" + TRACE + "-" + PUBLISHER + "-01");
        cluster.send(job("waits", origin.url("waits?size=1&status=503*1&retry-after=1")));
        cluster.send(job("lost", origin.url("lost?status=404*1&size=9")));
        cut = traceparent(completions, "cut", 0);
        waited = traceOf(completions, "waits");
        lost = traceOf(completions, "lost");
        redrive();
        again = traceparent(completions, "lost", 1);
      }

      continued(collector.of(TRACE), cut);
      onTheLadder(collector.of(waited));
      redriven(collector.of(lost), again);
      assertThat(collector.spans())
          .allSatisfy(span ->
              assertThat(span.resource())
                  .containsEntry("service.name", "haul")
                  .containsEntry("service.instance.id", "traced-1"));
      assertThat(collector.text()).contains("traced-1").doesNotContain("size=", "status=");
    }
  }

  private void continued(List<Seen> spans, String told) {
    Seen process = only(spans, "process " + cluster.jobs());
    assertThat(process.parent()).isEqualTo(PUBLISHER);
    assertThat(process.kind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
    assertThat(process.failed()).isFalse();
    assertThat(process.events()).contains("queued", "running", "waiting");
    assertThat(process.attributes())
        .containsEntry("messaging.system", "kafka")
        .containsEntry("messaging.operation.type", "process")
        .containsEntry("messaging.operation.name", "process")
        .containsEntry("messaging.destination.name", cluster.jobs())
        .containsEntry("messaging.destination.partition.id", "0")
        .containsEntry("messaging.kafka.offset", 0L)
        .containsEntry("messaging.consumer.group.name", cluster.group)
        .containsEntry("haul.job_id", "cut")
        .containsEntry("haul.outcome", "completed")
        .containsEntry("haul.attempts", 2L);

    List<Seen> attempts = attempts(spans);
    assertThat(attempts).hasSize(2);
    assertThat(attempts).allMatch(attempt -> attempt.parent().equals(process.id()));
    Seen first = attempts.getFirst();
    assertThat(first.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
    assertThat(first.failed()).isTrue();
    assertThat(first.attributes())
        .containsEntry("server.address", "127.0.0.1")
        .containsEntry("haul.attempt", 1L)
        .containsEntry("haul.resumed", false)
        .containsEntry("error.type", "interrupted");
    Seen second = attempts.getLast();
    assertThat(second.failed()).isFalse();
    assertThat(second.attributes())
        .containsEntry("haul.resumed", true)
        .containsKey("haul.resumed_at_bytes");
    assertThat((long) first.attributes().get("haul.bytes"))
        .isEqualTo((long) second.attributes().get("haul.resumed_at_bytes"))
        .isEqualTo(200 * 1024 - (long) second.attributes().get("haul.bytes"));

    Seen send = only(spans, "send " + cluster.topics.completions());
    assertThat(send.kind()).isEqualTo(SpanKind.SPAN_KIND_PRODUCER);
    assertThat(send.parent()).isEqualTo(process.id());
    assertThat(send.attributes()).containsEntry("messaging.operation.type", "send");
    assertThat(told).as("what a reader of the event goes on with").startsWith(send.traceparent());
  }

  /** The second worker, or the same one again, goes on below what the first has done. */
  private void onTheLadder(List<Seen> spans) {
    Seen first = only(spans, "process " + cluster.jobs());
    assertThat(first.parent()).as("nobody has begun it before").isEmpty();
    assertThat(first.attributes()).containsEntry("haul.outcome", "moved");
    Seen second = only(spans, "process " + cluster.topics.retry().getFirst().topic());
    assertThat(second.parent()).isEqualTo(first.id());
    assertThat(second.attributes())
        .containsEntry("haul.outcome", "completed")
        .containsEntry("haul.attempts", 2L);
    assertThat(attempts(spans)).extracting(Seen::parent).containsExactly(first.id(), second.id());
    assertThat(attempts(spans).getFirst().attributes())
        .containsEntry("error.type", "throttled")
        .containsEntry("http.response.status_code", 503L);
    assertThat(only(spans, "send " + cluster.topics.completions()).parent()).isEqualTo(second.id());
  }

  private void redriven(List<Seen> spans, String told) {
    List<Seen> processed =
        spans.stream().filter(span -> span.name().equals("process " + cluster.jobs())).toList();
    assertThat(processed).hasSize(2);
    Seen died = processed.getFirst();
    assertThat(died.failed()).isTrue();
    assertThat(died.message()).contains("404");
    assertThat(died.attributes())
        .containsEntry("error.type", "http-status")
        .containsEntry("haul.outcome", "failed");
    List<Seen> sent =
        spans.stream().filter(span -> span.kind() == SpanKind.SPAN_KIND_PRODUCER).toList();
    assertThat(sent).extracting(Seen::parent).containsExactly(died.id(), processed.getLast().id());
    assertThat(processed.getLast().parent())
        .as("the end that it died with")
        .isEqualTo(sent.getFirst().id());
    assertThat(processed.getLast().attributes()).containsEntry("haul.outcome", "completed");
    assertThat(told).startsWith(sent.getLast().traceparent());
  }

  private static List<Seen> attempts(List<Seen> spans) {
    return spans.stream()
        .filter(span -> span.name().equals("attempt"))
        .sorted(Comparator.comparingLong(span -> (long) span.attributes().get("haul.attempt")))
        .toList();
  }

  private void redrive() {
    var kafka = new KafkaSettings(cluster.servers, cluster.group, Map.of());
    try (var redrive = new Redrive(kafka, cluster.topics)) {
      Letter letter = DeadLetters.read(kafka, cluster.topics).getFirst();
      redrive.resolve(
          List.of(
              new Redrive.Order(
                  letter,
                  new Letter.Resolution(true, Instant.EPOCH, "test"),
                  new Redrive.Job(cluster.jobs(), letter.record().value(), ""))));
    }
  }

  @Test
  void nothing_is_started_and_nothing_changed_without_an_endpoint() throws Exception {
    String parent = "00-" + TRACE + "-" + PUBLISHER + "-00";
    try (Origin origin = Origin.start(InstantSource.system());
        TopicReader completions = cluster.read(cluster.topics.completions());
        var _ = TestCluster.start(settings(origin))) {
      publish("plain", origin.url("plain?size=1"), parent);
      assertThat(traceparent(completions, "plain", 0)).isEqualTo(parent);
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .noneMatch(name -> name.contains("BatchSpanProcessor"));
    }
  }
}
