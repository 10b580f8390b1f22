package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.haul.job.DownloadJob;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Publishes jobs for the commands, after checking them as a worker will. For any thread. */
public final class JobPublisher implements AutoCloseable {
  private static final JobId UNNAMED = new JobId("unnamed");

  private final KafkaSettings kafka;
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;

  /** A job that Kafka has acknowledged. */
  public record Published(JobId id, Position position) {}

  /**
   * @param topic one of the job topics
   * @throws KafkaUnavailable when no broker's name can be resolved
   */
  public JobPublisher(KafkaSettings kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
    try {
      this.producer =
          new KafkaProducer<>(
              properties(kafka), new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** How the commands send: nothing is lost, and a Kafka that is not there shows soon. */
  static Map<String, Object> properties(KafkaSettings kafka) {
    return ClientProperties.producer(
        kafka,
        Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            ClientProperties.ONE_IN_FLIGHT,
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4",
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            2 << 20,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            10_000,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            30_000,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            15_000));
  }

  /**
   * Checks a job and sends it; the key becomes the job's id where it has one. Blocks while the
   * buffer is full.
   *
   * @return fails with {@link KafkaUnavailable}
   * @throws InvalidField when a worker would refuse it
   */
  public CompletableFuture<Published> publish(byte @Nullable [] key, byte[] value) {
    DownloadJob job = JobDecoder.parse(value, JobDecoder.idOf(key, UNNAMED));
    JobId id = job.id();
    var published = new CompletableFuture<Published>();
    var record =
        new ProducerRecord<>(topic, id.equals(UNNAMED) ? key : id.value().getBytes(UTF_8), value);
    try {
      var _ =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure != null) {
                  published.completeExceptionally(new KafkaUnavailable(kafka, failure));
                } else {
                  published.complete(published(id, metadata));
                }
              });
    } catch (KafkaException e) {
      published.completeExceptionally(new KafkaUnavailable(kafka, e));
    }
    return published;
  }

  private static Published published(JobId id, RecordMetadata metadata) {
    var position =
        new Position(new Partition(metadata.topic(), metadata.partition()), metadata.offset());
    return new Published(id.equals(UNNAMED) ? JobDecoder.idOf(position) : id, position);
  }

  /** Sends what is buffered, then closes. */
  @Override
  public void close() {
    producer.close();
  }
}
