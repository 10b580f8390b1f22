package dev.haul.kafka;

import dev.haul.kafka.BatchRecords.Outgoing;
import dev.haul.pipeline.Batch;
import dev.haul.pipeline.BatchOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes a batch without a transaction, for brokers that have none: all its records are
 * acknowledged before anything is committed. What a crash or a refusal leaves between the two is
 * published again, with the same {@code ce_id}.
 */
final class PlainPublisher implements BatchPublisher {
  private final KafkaProducer<byte[], byte[]> producer;
  private final BatchRecords records;

  PlainPublisher(KafkaSettings kafka, String worker, BatchRecords records) {
    this.records = records;
    var properties = new HashMap<>(EventProducers.common(worker + "-ends"));
    // An outage of the brokers is waited out, however long it takes.
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
    this.producer =
        new KafkaProducer<>(
            ClientProperties.producer(kafka, Map.copyOf(properties)),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @Override
  public void open() {}

  @Override
  public BatchOutcome publish(Batch batch) {
    List<Outgoing> outgoing = records.of(batch);
    List<Future<RecordMetadata>> sent = new ArrayList<>(outgoing.size());
    outgoing.forEach(each -> sent.add(producer.send(each.record())));
    Throwable failure = null;
    for (int i = 0; i < sent.size(); i++) {
      try {
        sent.get(i).get();
      } catch (ExecutionException e) {
        failure = e.getCause();
        if (failure instanceof Exception refusal) {
          records.refused(outgoing.get(i), refusal);
        }
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
    if (failure != null) {
      return new BatchOutcome.Refused(failure.toString());
    }
    records.published();
    return new BatchOutcome.Published();
  }

  @Override
  public Map<MetricName, ? extends Metric> metrics() {
    return producer.metrics();
  }

  @Override
  public void close(Duration longest) {
    producer.close(longest);
  }
}
