package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A compacted topic of one partition that keeps the latest value of each key; made when it is
 * missing. All methods may block and throw {@link KafkaUnavailable}.
 */
public final class LatestValues implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(200);

  private final KafkaSettings kafka;
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;

  public LatestValues(KafkaSettings kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
    try (var topics = new Topics(kafka)) {
      topics.create(
          List.of(new WantedTopic(topic, 1, Map.of(WantedTopic.CLEANUP, "compact"))),
          Optional.empty());
    }
    try {
      producer =
          new KafkaProducer<>(
              JobPublisher.properties(kafka), new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** Gives all that is there now in its order; of what has one key, the last counts. */
  public void read(BiConsumer<String, byte[]> reader) {
    try (Consumer<byte[], byte[]> consumer = LoneConsumer.open(kafka)) {
      List<TopicPartition> partitions = LoneConsumer.partitions(consumer, topic);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(STEP)) {
          if (record.key() != null && record.value() != null) {
            reader.accept(new String(record.key(), UTF_8), record.value());
          }
        }
      }
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** Returns when the brokers have it. */
  public void put(String key, byte[] value) {
    try {
      var _ = producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value)).get();
    } catch (ExecutionException e) {
      throw new KafkaUnavailable(kafka, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
