package dev.haul.kafka;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes records unread, each once, and waits as long as it is told for a Kafka that is away.
 * For any thread.
 */
public final class RecordPublisher implements AutoCloseable {
  private final KafkaSettings kafka;
  private final KafkaProducer<byte[], byte[]> producer;

  /**
   * @throws KafkaUnavailable when no broker's name can be resolved
   */
  public RecordPublisher(KafkaSettings kafka, Duration patience) {
    this.kafka = kafka;
    int millis = Math.toIntExact(patience.toMillis());
    var properties = new java.util.HashMap<>(JobPublisher.properties(kafka));
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    try {
      this.producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** The record's place when Kafka has it; fails with {@link KafkaUnavailable}. */
  public CompletableFuture<Position> publish(String topic, byte[] key, byte[] value) {
    var published = new CompletableFuture<Position>();
    try {
      var _ =
          producer.send(
              new ProducerRecord<>(topic, key, value),
              (place, failure) -> {
                if (failure != null) {
                  published.completeExceptionally(new KafkaUnavailable(kafka, failure));
                } else {
                  published.complete(
                      new Position(
                          new Partition(place.topic(), place.partition()), place.offset()));
                }
              });
    } catch (KafkaException e) {
      published.completeExceptionally(new KafkaUnavailable(kafka, e));
    }
    return published;
  }

  /** Drops what has not been sent. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
