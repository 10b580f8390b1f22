package dev.haul.kafka;

import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * What Kafka's clients tell of themselves and an operator may want to know, by the names and in the
 * units of Prometheus.
 *
 * @see <a href="https://kafka.apache.org/documentation/#monitoring">Kafka, Monitoring</a>
 */
public enum ClientMetric {
  REBALANCES(
      "kafka.consumer.rebalances",
      "Rebalances of the group that this worker took part in",
      "consumer-coordinator-metrics",
      "rebalance-total",
      1),
  REBALANCE_TIME(
      "kafka.consumer.rebalance.seconds",
      "Time spent in rebalances",
      "consumer-coordinator-metrics",
      "rebalance-latency-total",
      0.001),
  REBALANCES_FAILED(
      "kafka.consumer.rebalances.failed",
      "Rebalances that failed",
      "consumer-coordinator-metrics",
      "failed-rebalance-total",
      1),
  READ_RECORDS(
      "kafka.consumer.records",
      "Records read",
      "consumer-fetch-manager-metrics",
      "records-consumed-total",
      1),
  READ_BYTES(
      "kafka.consumer.bytes",
      "Bytes read",
      "consumer-fetch-manager-metrics",
      "bytes-consumed-total",
      1),
  SENT_RECORDS(
      "kafka.producer.records", "Records sent", "producer-metrics", "record-send-total", 1),
  SEND_ERRORS(
      "kafka.producer.record.errors",
      "Records that were given up",
      "producer-metrics",
      "record-error-total",
      1),
  SEND_RETRIES(
      "kafka.producer.record.retries",
      "Records that were sent again",
      "producer-metrics",
      "record-retry-total",
      1),
  SENT_BYTES("kafka.producer.bytes", "Bytes sent", "producer-metrics", "outgoing-byte-total", 1);

  private final String meter;
  private final String help;
  private final String group;
  private final String name;
  private final double unit;

  ClientMetric(String meter, String help, String group, String name, double unit) {
    this.meter = meter;
    this.help = help;
    this.group = group;
    this.name = name;
    this.unit = unit;
  }

  public String meter() {
    return meter;
  }

  public String help() {
    return help;
  }

  /** Whether a consumer tells it; else a producer does. */
  public boolean isOfConsumers() {
    return group.startsWith("consumer");
  }

  /** Its value, which never falls while the client lives; 0 while the client does not tell it. */
  double of(Map<MetricName, ? extends Metric> metrics) {
    double sum = 0;
    for (Map.Entry<MetricName, ? extends Metric> metric : metrics.entrySet()) {
      MetricName its = metric.getKey();
      // Some are told once more for each topic or node.
      if (its.name().equals(name) && its.group().equals(group) && its.tags().size() == 1) {
        sum += metric.getValue().metricValue() instanceof Number number ? number.doubleValue() : 0;
      }
    }
    return sum * unit;
  }
}
