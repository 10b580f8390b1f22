package dev.haul.kafka;

import dev.haul.job.JobEvent;
import dev.haul.job.JobId;
import dev.haul.job.Outcome;
import dev.haul.pipeline.EventSink;
import dev.haul.pipeline.Settlement;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events to Kafka with one idempotent producer. {@link #tick} is called on the report
 * thread too, about every 50 ms, and sends the states that nothing newer has overtaken for one tick
 * at least.
 *
 * <p>A transaction for each batch of settlements and their offsets would begin and end around the
 * sends of {@link #settle}: nothing else needs to be in it.
 */
public final class KafkaEventSink implements EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaEventSink.class);

  private static final int BUFFER_BYTES = 16 << 20;

  /** Progress gives way long before it could fill the buffer and block what must not be lost. */
  private static final int BEHIND_BYTES = 4 << 20;

  /** A dead letter of 1 MiB, or of what a larger {@code max.message.bytes} lets in. */
  private static final int MAX_REQUEST_BYTES = 8 << 20;

  /** States that wait for the next tick; beyond these they are sent at once. */
  private static final int MAX_HELD_STATES = 10_000;

  /** A third of the default {@code shutdown.grace}: what Kafka does not take by then runs again. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaProducer<byte[], byte[]> producer;
  private final EventEncoder encoder;
  private final TopicSettings topics;

  private Map<JobId, JobEvent.StateChanged> fresh = new LinkedHashMap<>();
  private Map<JobId, JobEvent.StateChanged> ripe = new LinkedHashMap<>();

  /** Added to by the report thread and taken from by the producer's. */
  private final AtomicLong unacknowledgedBytes = new AtomicLong();

  private final AtomicLong droppedProgress = new AtomicLong();

  public KafkaEventSink(
      KafkaSettings kafka, TopicSettings topics, String worker, RandomGenerator random) {
    this.topics = topics;
    this.encoder = new EventEncoder(worker, topics, random);
    this.producer =
        new KafkaProducer<>(
            properties(kafka, worker), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Map<String, Object> properties(KafkaSettings kafka, String worker) {
    return ClientProperties.producer(
        kafka,
        Map.ofEntries(
            Map.entry(ProducerConfig.CLIENT_ID_CONFIG, worker + "-events"),
            Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
            Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
            Map.entry(
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                ClientProperties.ONE_IN_FLIGHT),
            Map.entry(ProducerConfig.LINGER_MS_CONFIG, 5),
            Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10),
            Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
            Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) BUFFER_BYTES),
            Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES),
            // An outage of the brokers is waited out, however long it takes.
            Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE),
            Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE)));
  }

  @Override
  public void progress(JobEvent.Progress progress) {
    if (unacknowledgedBytes.get() > BEHIND_BYTES) {
      droppedProgress.incrementAndGet();
    } else {
      send(encoder.progress(progress), KafkaEventSink::ignore);
    }
  }

  @Override
  public void state(JobEvent.StateChanged state) {
    if (ripe.replace(state.jobId(), state) != null) {
      return;
    }
    fresh.put(state.jobId(), state);
    if (fresh.size() > MAX_HELD_STATES) {
      tick();
    }
  }

  /** Sends the states that have waited since the last tick. */
  @Override
  public void tick() {
    ripe.values().forEach(this::sendState);
    ripe.clear();
    Map<JobId, JobEvent.StateChanged> emptied = ripe;
    ripe = fresh;
    fresh = emptied;
  }

  @Override
  public Future<Void> settle(Settlement settlement) {
    JobEvent.Ended event = settlement.event();
    ripe.remove(event.jobId());
    fresh.remove(event.jobId());
    boolean dead = event.outcome() == Outcome.FAILED;
    var acknowledgements = new Acknowledgements(dead ? 3 : 2);
    send(encoder.ended(settlement), acknowledgements::arrived);
    send(encoder.finalState(event), acknowledgements::arrived);
    if (dead) {
      ProducerRecord<byte[], byte[]> letter = DeadLetter.of(settlement, topics.dead());
      send(letter, failure -> acknowledgements.arrived(unlessTooLarge(settlement, failure)));
    }
    return acknowledgements.all();
  }

  /** Progress events that were not sent because Kafka was slow. */
  public long droppedProgress() {
    return droppedProgress.get();
  }

  /** Called on the report thread, too. Jobs whose end Kafka has not taken by then run again. */
  @Override
  public Future<Void> close() {
    tick();
    tick();
    Promise<Void> closed = Promise.promise();
    Thread.ofVirtual()
        .name("haul-events-close")
        .start(() -> {
          try {
            producer.close(CLOSE_TIMEOUT);
            closed.complete();
          } catch (RuntimeException e) {
            closed.fail(e);
          }
        });
    return closed.future();
  }

  /** Progress may be lost. */
  private static void ignore(@Nullable Exception failure) {
    if (failure != null) {
      LOG.debug("progress is lost", failure);
    }
  }

  private void sendState(JobEvent.StateChanged state) {
    send(
        encoder.state(state),
        failure -> {
          if (failure != null) {
            LOG.warn("state {} of job {} is lost", state.state(), state.jobId(), failure);
          }
        });
  }

  /** A dead letter that no topic takes must not stop its partition. */
  private static @Nullable Exception unlessTooLarge(
      Settlement settlement, @Nullable Exception failure) {
    if (failure instanceof RecordTooLargeException) {
      LOG.error(
          "dead letter of {} is too large and is lost: {}",
          settlement.source().position(),
          failure.getMessage());
      return null;
    }
    return failure;
  }

  /** Takes the failure, or null when Kafka has the record; called on the producer's thread. */
  private interface Acknowledgement {
    void arrived(@Nullable Exception failure);
  }

  private void send(ProducerRecord<byte[], byte[]> record, Acknowledgement acknowledgement) {
    int bytes = length(record.key()) + length(record.value());
    unacknowledgedBytes.addAndGet(bytes);
    var _ =
        producer.send(
            record,
            (metadata, failure) -> {
              unacknowledgedBytes.addAndGet(-bytes);
              acknowledgement.arrived(failure);
            });
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
