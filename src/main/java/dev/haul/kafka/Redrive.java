package dev.haul.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Resolves dead letters: each one's job and its resolution are one transaction, so that whenever
 * this ends, a letter is either open or driven again, once. All redrives of a dead letter topic
 * have one transactional id: a new one takes over from the one before, whose open transaction is
 * undone and which can do nothing more. Belongs to one thread; every method may block.
 */
public final class Redrive implements AutoCloseable {
  /** A transaction that a killed redrive left open holds up readers for so long at most. */
  private static final int TRANSACTION_MILLIS = 15_000;

  private final KafkaSettings kafka;
  private final KafkaProducer<byte[], byte[]> producer;

  /** Another redrive or drop has begun since. */
  public static final class Superseded extends RuntimeException {
    private static final long serialVersionUID = 1;

    Superseded(Throwable cause) {
      super("another haul dead has taken over", cause);
    }
  }

  /**
   * What is to become of a letter.
   *
   * @param job the topic and the value of its new record; null when it is dropped
   */
  public record Order(Letter letter, Letter.Resolution resolution, @Nullable Job job) {}

  /**
   * The new record of a job.
   *
   * @param edits what was changed, in words; empty for nothing
   */
  public record Job(String topic, byte @Nullable [] value, String edits) {}

  /**
   * Takes over. The letters are to be read after this, not before.
   *
   * @throws KafkaUnavailable when Kafka does not answer
   */
  public Redrive(KafkaSettings kafka, TopicSettings topics) {
    this.kafka = kafka;
    Map<String, Object> properties = new HashMap<>(JobPublisher.properties(kafka));
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "haul-redrive-" + topics.dead());
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
    try {
      this.producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      close();
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /**
   * Resolves all of them, or none.
   *
   * @throws Superseded when another one has taken over: none is resolved
   * @throws KafkaUnavailable when Kafka does not take them; none is resolved, unless only its
   *     answer was lost
   */
  public void resolve(List<Order> orders) {
    try {
      producer.beginTransaction();
      for (Order order : orders) {
        Job job = order.job();
        if (job != null) {
          var _ =
              producer.send(
                  LetterRecords.job(
                      order.letter(), job.topic(), job.value(), order.resolution(), job.edits()));
        }
        var _ = producer.send(LetterRecords.resolution(order.letter(), order.resolution()));
      }
      producer.commitTransaction();
    } catch (KafkaException e) {
      throw isFenced(e) ? new Superseded(e) : new KafkaUnavailable(kafka, e);
    }
  }

  private static boolean isFenced(@Nullable Throwable failure) {
    return failure != null
        && (failure instanceof ProducerFencedException
            || failure instanceof InvalidProducerEpochException
            || isFenced(failure.getCause()));
  }

  /** An open transaction is undone. */
  @Override
  public void close() {
    producer.close();
  }
}
