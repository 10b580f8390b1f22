package dev.haul.kafka;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;

/**
 * Reads partitions from their beginning, {@code read_committed}, as bytes and for no group: for
 * whoever looks at what is there. All methods belong to one thread, may block for 10 s and throw
 * {@link KafkaUnavailable}.
 */
public final class RecordReader implements AutoCloseable {
  private final KafkaSettings kafka;
  private final Consumer<byte[], byte[]> consumer;

  private RecordReader(KafkaSettings kafka) {
    this.kafka = kafka;
    this.consumer = LoneConsumer.open(kafka);
  }

  /** Reads all partitions of the topics; a topic that is missing has none. */
  public static RecordReader of(KafkaSettings kafka, Collection<String> topics) {
    var reader = new RecordReader(kafka);
    List<TopicPartition> partitions =
        reader.guarded(() ->
            topics.stream()
                .flatMap(topic -> LoneConsumer.partitions(reader.consumer, topic).stream())
                .toList());
    reader.begin(partitions, Map.of());
    return reader;
  }

  /**
   * Reads some partitions.
   *
   * @param begins where to begin; those that it leaves out are read from their beginning
   */
  static RecordReader of(
      KafkaSettings kafka, Collection<Partition> partitions, Map<Partition, Long> begins) {
    var reader = new RecordReader(kafka);
    reader.begin(Positions.topicPartitions(partitions), begins);
    return reader;
  }

  private void begin(Collection<TopicPartition> partitions, Map<Partition, Long> begins) {
    guarded(() -> {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      begins.forEach(
          (partition, offset) -> consumer.seek(Positions.topicPartition(partition), offset));
      return partitions;
    });
  }

  /** Records that follow those of the last call; none after the timeout. */
  public List<SourceRecord> poll(Duration timeout) {
    return guarded(() -> {
      List<SourceRecord> records = new ArrayList<>();
      consumer.poll(timeout).forEach(record -> records.add(source(record)));
      return records;
    });
  }

  /** The offset up to which each partition has been read. */
  public Map<Partition, Long> read() {
    return guarded(() -> {
      Map<Partition, Long> read = new HashMap<>();
      for (TopicPartition partition : consumer.assignment()) {
        read.put(Positions.partition(partition), consumer.position(partition));
      }
      return read;
    });
  }

  /** Stops waiting for what is slow to close. */
  @Override
  public void close() {
    consumer.close();
  }

  private interface Step<T> {
    T take();
  }

  private <T> T guarded(Step<T> step) {
    try {
      return step.take();
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  static SourceRecord source(ConsumerRecord<byte[], byte[]> record) {
    List<SourceRecord.Header> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      headers.add(new SourceRecord.Header(header.key(), header.value()));
    }
    return new SourceRecord(
        new Position(new Partition(record.topic(), record.partition()), record.offset()),
        Instant.ofEpochMilli(record.timestamp()),
        record.key(),
        record.value(),
        headers);
  }
}
