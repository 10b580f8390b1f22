package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.pipeline.Batch;
import dev.haul.pipeline.BatchOutcome;
import dev.haul.pipeline.Settlement;
import dev.haul.pipeline.SourceRecord;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class KafkaEventSinkIT {
  private final TopicSettings topics = TestBroker.topics(1);
  private final KafkaEventSink sink =
      new KafkaEventSink(TestBroker.kafka(), topics, "worker", new Random(1));

  @Test
  void a_settled_job_has_its_end_and_its_state_when_the_answer_comes() {
    finish(sink.publish(Events.batch(topics, Events.settlement(Events.completed("a")))));
    finish(sink.close());

    assertThat(values(topics.completions(), 1)).allMatch(v -> v.contains("\"completed\""));
    assertThat(values(topics.states(), 1)).allMatch(v -> v.contains("\"state\":\"completed\""));
  }

  @Test
  void a_dead_letter_is_the_record_byte_for_byte() {
    byte[] value = new byte[1 << 20];
    new Random(7).nextBytes(value);
    SourceRecord source = Events.source("jobs", 42, value);

    finish(
        sink.publish(
            Events.batch(
                topics, new Settlement.Ended(Events.failed("a", Events.NOT_FOUND), source))));

    ConsumerRecord<byte[], byte[]> letter = TestTopic.read(topics.dead(), 1).getFirst();
    assertThat(letter.key()).isEqualTo(source.key());
    assertThat(letter.value()).isEqualTo(value);
    assertThat(letter.headers().lastHeader("own").value()).isEqualTo(new byte[] {0, -1, 7});
    assertThat(letter.headers().toArray()).hasSize(8);
    Map<String, String> headers = TestTopic.headers(letter);
    headers.remove("own");
    assertThat(headers)
        .isEqualTo(
            Map.of(
                "haul-error-code", "http-status",
                "haul-error-message", "server answered 404",
                "haul-attempts", "0",
                "haul-topic", "jobs",
                "haul-partition", "0",
                "haul-offset", "42",
                "haul-timestamp", "2026-11-23T02:00:00Z"));
    finish(sink.close());
  }

  @Test
  void a_batch_with_a_dead_letter_too_large_is_refused_once_and_true_without_it() {
    byte[] value = new byte[3 << 20];
    new Random(7).nextBytes(value);
    Batch batch =
        Events.batch(
            topics,
            new Settlement.Ended(
                Events.failed("a", Events.NOT_FOUND), Events.source("jobs", 42, value)),
            new Settlement.Ended(
                Events.failed("b", Events.NOT_FOUND), Events.source("jobs", 43, new byte[9])));

    assertThat(outcome(sink.publish(batch))).isInstanceOf(BatchOutcome.Refused.class);
    assertThat(outcome(sink.publish(batch))).isEqualTo(new BatchOutcome.Published());

    assertThat(values(topics.completions(), 2)).hasSize(2);
    assertThat(values(topics.dead(), 1)).hasSize(1);
    finish(sink.close());
  }

  @Test
  void an_empty_record_stays_empty() {
    SourceRecord source = Events.emptySource("jobs", 1);

    finish(
        sink.publish(
            Events.batch(
                topics, new Settlement.Ended(Events.failed("a", Events.NOT_FOUND), source))));

    ConsumerRecord<byte[], byte[]> letter = TestTopic.read(topics.dead(), 1).getFirst();
    assertThat(letter.key()).isNull();
    assertThat(letter.value()).isNull();
    finish(sink.close());
  }

  @Test
  void progress_is_sent_at_once_while_kafka_keeps_up() {
    sink.progress(Events.progress("a"));
    finish(sink.close());

    assertThat(values(topics.progress(), 1)).hasSize(1);
    assertThat(sink.droppedProgress()).isZero();
  }

  @Test
  void a_batch_whose_transaction_times_out_is_refused_and_true_when_it_is_sent_again() {
    KafkaSettings kafka = TestBroker.kafka(Map.of("transaction.timeout.ms", "1000"));
    String id = TransactionalPublisher.transactionalId(kafka, "slow");
    Batch batch = Events.batch(topics, Events.settlement(Events.completed("a")));
    var slow = new KafkaEventSink(kafka, topics, "slow", new Random(1));
    var late =
        new Batch(
            batch.states(),
            batch.settlements(),
            batch.commits(),
            new GroupMembership(new ShownTooLate(kafka.groupId(), id)));

    assertThat(outcome(slow.publish(late))).isInstanceOf(BatchOutcome.Refused.class);
    assertThat(outcome(slow.publish(batch))).isEqualTo(new BatchOutcome.Published());

    finish(slow.close());
    assertThat(values(topics.completions(), 1)).hasSize(1);
  }

  /**
   * A membership that is asked for when the records are sent, and answers when it is too late. It
   * waits in what the producer asks for first: later the producer holds a lock, without which no
   * record leaves it, and a transaction that has not begun at the broker does not time out.
   */
  private static final class ShownTooLate extends ConsumerGroupMetadata {
    private final String transactionalId;

    @SuppressWarnings("removal") // Its successor needs a member, and there is none.
    ShownTooLate(String group, String transactionalId) {
      super(group);
      this.transactionalId = transactionalId;
    }

    @Override
    public int generationId() {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
        await()
            .pollInSameThread()
            .atMost(Duration.ofSeconds(30))
            .until(() ->
                admin
                        .describeTransactions(List.of(transactionalId))
                        .description(transactionalId)
                        .get(30, TimeUnit.SECONDS)
                        .state()
                    == TransactionState.COMPLETE_ABORT);
      }
      return super.generationId();
    }
  }

  private static List<String> values(String topic, int records) {
    return TestTopic.read(topic, records).stream()
        .map(record -> new String(record.value(), UTF_8))
        .toList();
  }

  private static BatchOutcome outcome(Future<BatchOutcome> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static void finish(Future<?> future) {
    future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
