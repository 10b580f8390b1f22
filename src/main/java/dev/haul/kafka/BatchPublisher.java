package dev.haul.kafka;

import dev.haul.pipeline.Batch;
import dev.haul.pipeline.BatchOutcome;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** Makes batches true in Kafka, on one thread of its own, which it may block. */
interface BatchPublisher {
  /** Opens what takes time before the first batch comes; may fail, and is then tried again. */
  void open();

  /** Returns when it is known what came of the batch; throws like a refusal. */
  BatchOutcome publish(Batch batch);

  /** Of its producer; none while it has none. For any thread. */
  Map<MetricName, ? extends Metric> metrics();

  /** Ends what is under way within the time, then gives up; called on any thread. */
  void close(Duration longest);
}
