package dev.haul.kafka;

import dev.haul.job.JobEvent;
import dev.haul.pipeline.Batch;
import dev.haul.pipeline.BatchOutcome;
import dev.haul.pipeline.EventSink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes events to Kafka: progress with a producer of its own, which may lose it, and batches on
 * a thread of their own, which waits for Kafka while the report thread goes on.
 */
public final class KafkaEventSink implements EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaEventSink.class);

  /** Progress gives way long before it could fill the buffer and block. */
  private static final int BEHIND_BYTES = 4 << 20;

  /**
   * Each batch of records costs two buffers of 64 KiB for its compression, however few they are.
   */
  private static final Duration LINGER = Duration.ofMillis(50);

  /** Only a topic that Kafka does not know could block; batches wait behind progress. */
  private static final Duration LONGEST_BLOCK = Duration.ofMillis(100);

  /** A third of the default {@code shutdown.grace}: what Kafka does not take by then runs again. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaProducer<byte[], byte[]> producer;
  private final EventEncoder encoder;
  private final BatchPublisher publisher;
  private final String progressTopic;
  private final ExecutorService publishing =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("haul-publish").daemon().factory());

  /** Added to by the report thread and taken from by the producer's. */
  private final AtomicLong unacknowledgedBytes = new AtomicLong();

  private final AtomicLong droppedProgress = new AtomicLong();

  public KafkaEventSink(
      KafkaSettings kafka, TopicSettings topics, String worker, RandomGenerator random) {
    this.progressTopic = topics.progress();
    this.encoder = new EventEncoder(worker, topics, random);
    var records = new BatchRecords(worker, topics, new SplittableRandom(random.nextLong()));
    this.publisher =
        kafka.transactions()
            ? new TransactionalPublisher(kafka, worker, records)
            : new PlainPublisher(kafka, worker, records);
    this.producer =
        new KafkaProducer<>(
            properties(kafka, worker), new ByteArraySerializer(), new ByteArraySerializer());
    publishing.execute(this::open);
  }

  private static Map<String, Object> properties(KafkaSettings kafka, String worker) {
    var properties = new HashMap<>(EventProducers.common(worker + "-progress"));
    properties.put(ProducerConfig.LINGER_MS_CONFIG, (int) LINGER.toMillis());
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, LONGEST_BLOCK.toMillis());
    return ClientProperties.producer(kafka, Map.copyOf(properties));
  }

  /** What a worker of the same name left open ends now, not when the first job does. */
  private void open() {
    try {
      var _ = producer.partitionsFor(progressTopic);
    } catch (KafkaException e) {
      ignore(e);
    }
    try {
      publisher.open();
    } catch (RuntimeException e) {
      LOG.warn("Batches cannot be published yet: {}", e.toString());
    }
  }

  @Override
  public void progress(JobEvent.Progress progress) {
    if (unacknowledgedBytes.get() > BEHIND_BYTES) {
      droppedProgress.incrementAndGet();
      return;
    }
    ProducerRecord<byte[], byte[]> record = encoder.progress(progress);
    int bytes = record.key().length + record.value().length;
    unacknowledgedBytes.addAndGet(bytes);
    var _ =
        producer.send(
            record,
            (_, failure) -> {
              unacknowledgedBytes.addAndGet(-bytes);
              ignore(failure);
            });
  }

  /** Progress may be lost. */
  private static void ignore(@Nullable Exception failure) {
    if (failure != null) {
      LOG.debug("progress is lost", failure);
    }
  }

  @Override
  public Future<BatchOutcome> publish(Batch batch) {
    Promise<BatchOutcome> outcome = Promise.promise();
    try {
      publishing.execute(() -> {
        try {
          outcome.complete(publisher.publish(batch));
        } catch (RuntimeException e) {
          outcome.fail(e);
        }
      });
    } catch (RejectedExecutionException e) {
      outcome.fail(e);
    }
    return outcome.future();
  }

  /** Progress events that were not sent because Kafka was slow. */
  public long droppedProgress() {
    return droppedProgress.get();
  }

  /** What the producers tell of themselves, in one sum; for any thread. */
  public double told(ClientMetric metric) {
    return metric.of(producer.metrics()) + metric.of(publisher.metrics());
  }

  /** Jobs whose end Kafka has not taken by then run again. */
  @Override
  public Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    publishing.shutdown();
    Thread.ofVirtual()
        .name("haul-events-close")
        .start(() -> {
          try {
            producer.close(CLOSE_TIMEOUT);
            publisher.close(CLOSE_TIMEOUT);
            closed.complete();
          } catch (RuntimeException e) {
            closed.fail(e);
          }
        });
    return closed.future();
  }
}
