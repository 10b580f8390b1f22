package dev.haul.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Counts the records that wait in a consumer's partitions. Asks Kafka now and then: of a paused
 * partition the client itself hears no more. {@link #look} belongs to the polling thread.
 */
final class Backlog {
  private static final long PERIOD_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Read by whoever scrapes. */
  private volatile long records;

  private long lookedNanos = System.nanoTime() - PERIOD_NANOS;

  void look(Consumer<?, ?> consumer) {
    long now = System.nanoTime();
    if (now - lookedNanos < PERIOD_NANOS) {
      return;
    }
    lookedNanos = now;
    try {
      long sum = 0;
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), PATIENCE);
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        sum += Math.max(0, end.getValue() - consumer.position(end.getKey(), PATIENCE));
      }
      records = sum;
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      // Kafka does not answer: what was known last stands until it does.
    }
  }

  long records() {
    return records;
  }
}
