package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class DeadLettersIT {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private final TopicSettings topics = TestBroker.topics(2);
  private final KafkaSettings kafka = TestBroker.kafka();

  private void die(String key, String value, int offset) {
    List<Header> headers = new ArrayList<>();
    Map.of(
            "haul-error-code", "http-status",
            "haul-error-message", "404",
            "haul-attempts", "3",
            "haul-topic", jobs(),
            "haul-partition", "1",
            "haul-offset", "" + offset,
            "traceparent", "00-1")
        .forEach((name, text) -> headers.add(new RecordHeader(name, text.getBytes(UTF_8))));
    TestTopic.write(
        List.of(
            new ProducerRecord<>(
                topics.dead(),
                null,
                key == null ? null : key.getBytes(UTF_8),
                value.getBytes(UTF_8),
                headers)));
  }

  private String jobs() {
    return topics.jobs().getFirst().topic();
  }

  private List<Letter> letters() {
    return DeadLetters.read(kafka, topics);
  }

  private Redrive.Order redriven(Letter letter) {
    return new Redrive.Order(
        letter,
        new Letter.Resolution(true, NOW, "somebody"),
        new Redrive.Job(jobs(), letter.record().value(), ""));
  }

  /** The keys of the jobs that a worker would read. */
  private List<String> jobKeys() {
    List<String> keys = new ArrayList<>();
    try (var cluster = new ClusterView(kafka, java.time.Duration.ofSeconds(20));
        RecordReader reader = RecordReader.of(kafka, List.of(jobs()))) {
      Map<Partition, Long> ends = cluster.ends(List.of(jobs()));
      while (!reader.read().equals(ends)) {
        reader
            .poll(java.time.Duration.ofMillis(100))
            .forEach(record -> keys.add(new String(record.key(), UTF_8)));
      }
    }
    return keys;
  }

  @Test
  void a_letter_tells_what_its_headers_and_its_job_say() {
    die("k", "{\"id\":\"weekly\",\"url\":\"https://a.example/x\",\"labels\":{\"team\":\"a\"}}", 7);
    Letter letter = letters().getFirst();
    assertThat(letter.jobId().value()).isEqualTo("weekly");
    assertThat(letter.code()).isEqualTo("http-status");
    assertThat(letter.attempts()).isEqualTo(3);
    assertThat(letter.host()).isEqualTo("a.example");
    assertThat(letter.labels()).isEqualTo(Map.of("team", "a"));
    assertThat(letter.origin()).isEqualTo(new Position(new Partition(jobs(), 1), 7));
    assertThat(letter.isOpen()).isTrue();
  }

  @Test
  void a_redriven_letter_is_resolved_and_its_job_keeps_id_and_headers() {
    die(null, "{bad", 7);
    try (var redrive = new Redrive(kafka, topics)) {
      redrive.resolve(List.of(redriven(letters().getFirst())));
    }
    assertThat(letters())
        .singleElement()
        .satisfies(letter ->
            assertThat(letter.resolution())
                .isEqualTo(new Letter.Resolution(true, NOW, "somebody")));
    assertThat(jobKeys())
        .as("what had no key keeps its id by one")
        .containsExactly(jobs() + "-1-7");
  }

  @Test
  void a_dropped_letter_is_resolved_without_a_job() {
    die("a", "{}", 1);
    try (var redrive = new Redrive(kafka, topics)) {
      redrive.resolve(
          List.of(
              new Redrive.Order(
                  letters().getFirst(), new Letter.Resolution(false, NOW, "somebody"), null)));
    }
    assertThat(letters()).noneMatch(Letter::isOpen);
    assertThat(jobKeys()).isEmpty();
  }

  @Test
  void what_a_redrive_left_undecided_when_it_was_killed_is_done_once() {
    die("a", "{}", 1);
    die("b", "{}", 2);
    Letter first = letters().getFirst();
    try (KafkaProducer<byte[], byte[]> killed = halfway(first)) {
      try (var redrive = new Redrive(kafka, topics)) {
        List<Letter> open = letters().stream().filter(Letter::isOpen).toList();
        assertThat(open).hasSize(2);
        redrive.resolve(open.stream().map(this::redriven).toList());
      }
      assertThatThrownBy(killed::commitTransaction).isNotNull();
    }
    assertThat(jobKeys()).containsExactlyInAnyOrder("a", "b");
    assertThat(letters()).noneMatch(Letter::isOpen);
  }

  /** A producer that has sent all of a redrive but its commit. */
  private KafkaProducer<byte[], byte[]> halfway(Letter letter) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "transactional.id",
            "haul-redrive-" + topics.dead());
    var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    Redrive.Order order = redriven(letter);
    producer.initTransactions();
    producer.beginTransaction();
    var _ =
        producer.send(
            LetterRecords.job(letter, jobs(), letter.record().value(), order.resolution(), ""));
    var _ = producer.send(LetterRecords.resolution(letter, order.resolution()));
    producer.flush();
    return producer;
  }

  @Test
  void a_worker_reads_the_latest_ones_and_drives_each_again_once() {
    die("a", "{\"url\":\"https://a.example/x\"}", 1);
    die("b", "{\"url\":\"https://b.example/x\"}", 2);
    die("c", "{}", 3);
    var latest = new LatestLetters(kafka, topics);
    assertThat(latest.open()).extracting(letter -> letter.jobId().value()).hasSize(3);
    assertThat(latest.open()).allMatch(letter -> letter.record().value() == null);
    try (KafkaProducer<byte[], byte[]> _ = halfway(letters().getFirst())) {
      assertThat(latest.redrive(letter -> letter.host() != null, "page", NOW))
          .isEqualTo(new LatestLetters.Redriven(2, 0));
    }
    assertThat(latest.redrive(letter -> letter.host() != null, "page", NOW))
        .isEqualTo(new LatestLetters.Redriven(0, 0));
    assertThat(jobKeys()).containsExactlyInAnyOrder("a", "b");
    assertThat(latest.open())
        .singleElement()
        .satisfies(letter -> assertThat(letter.jobId().value()).isEqualTo("c"));
  }

  @Test
  void of_two_redrives_at_once_the_second_takes_over() {
    die("a", "{}", 1);
    List<Redrive.Order> orders = letters().stream().map(this::redriven).toList();
    try (var first = new Redrive(kafka, topics);
        var second = new Redrive(kafka, topics)) {
      second.resolve(orders);
      assertThatThrownBy(() -> first.resolve(orders)).isInstanceOf(Redrive.Superseded.class);
    }
    assertThat(jobKeys()).containsExactly("a");
  }
}
