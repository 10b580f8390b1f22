package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes commands to the workers. Every method may block and throws {@link KafkaUnavailable}.
 */
public final class ControlPublisher implements AutoCloseable {
  private final KafkaSettings kafka;
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;

  public ControlPublisher(KafkaSettings kafka, TopicSettings topics) {
    this.kafka = kafka;
    this.topic = topics.control();
    try {
      this.producer =
          new KafkaProducer<>(
              JobPublisher.properties(kafka), new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** Sends a command for each scope; returns their places when Kafka has them all. */
  public List<Position> publish(Action action, List<ControlScope> scopes) {
    List<Future<RecordMetadata>> underway = new ArrayList<>();
    for (ControlScope scope : scopes) {
      byte[] key = ControlCommand.key(action, scope).getBytes(UTF_8);
      underway.add(
          producer.send(new ProducerRecord<>(topic, key, ControlJson.write(action, scope))));
      // Alone, the first shows whether Kafka is there before all others wait for it too.
      var _ = position(underway.getFirst());
    }
    return underway.stream().map(this::position).toList();
  }

  private Position position(Future<RecordMetadata> sent) {
    try {
      RecordMetadata place = sent.get();
      return new Position(new Partition(place.topic(), place.partition()), place.offset());
    } catch (ExecutionException e) {
      throw new KafkaUnavailable(kafka, e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
