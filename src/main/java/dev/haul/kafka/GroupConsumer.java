package dev.haul.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's consumer as the read stream of Vert.x needs it: the stream posts rebalances to its
 * context and goes on, so that a partition is gone before anybody hears of it. Here the rebalance
 * listener is our own and runs on the polling thread, where committing is still possible.
 */
final class GroupConsumer extends KafkaConsumer<byte[], byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(GroupConsumer.class);

  /** Leaving must fit into the grace of a shutdown even when no broker answers. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** The pace at which a refusing Kafka, wrong password or missing right, is asked again. */
  private static final Duration AFTER_REFUSAL = Duration.ofSeconds(1);

  private static final Set<String> SIGNS_OF_KAFKA =
      Set.of("last-heartbeat-seconds-ago", "last-rebalance-seconds-ago");

  private final Rebalances rebalances;
  private final Backlog backlog = new Backlog();
  private @Nullable String refusal;

  GroupConsumer(
      KafkaSettings kafka, GroupProtocol protocol, Function<GroupConsumer, Rebalances> rebalances) {
    super(properties(kafka, protocol), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.rebalances = rebalances.apply(this);
  }

  private static Map<String, Object> properties(KafkaSettings kafka, GroupProtocol protocol) {
    var properties = new HashMap<String, Object>();
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, kafka.groupId());
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
    // Memory stays flat with a million jobs waiting; a larger record still comes through alone.
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
    // A partition whose records are just being handed over is left out of the request that waits at
    // the broker: its next job would wait for as long as that does, half a second by default.
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
    properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol.name().toLowerCase(Locale.ROOT));
    if (kafka.instanceId() != null) {
      properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, kafka.instanceId());
    }
    if (protocol == GroupProtocol.CONSUMER) {
      // The brokers' default evens out partitions of all topics together: one worker could get all
      // the jobs and the others the retry topics.
      properties.put(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG, "range");
    }
    if (protocol == GroupProtocol.CLASSIC) {
      // With the newer protocol these belong to the broker, and the client refuses them.
      properties.put(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          CooperativeStickyAssignor.class.getName());
      // The default of 45 s would be the wait after a kill -9; a heartbeat tells of rebalances.
      properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
      properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
    }
    return ClientProperties.consumer(kafka, properties);
  }

  @Override
  public void subscribe(Collection<String> topics, ConsumerRebalanceListener ignored) {
    super.subscribe(topics, rebalances);
  }

  /**
   * What is not, or no longer, ours is left out: the caller cannot know the latest assignment. One
   * by one, as a partition may still go between the look and the call, and Kafka would then leave
   * those behind it as they were.
   */
  @Override
  public void pause(Collection<TopicPartition> partitions) {
    owned(partitions).forEach(each -> unlessGone(() -> super.pause(Set.of(each))));
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    owned(partitions).forEach(each -> unlessGone(() -> super.resume(Set.of(each))));
  }

  private static void unlessGone(Runnable change) {
    try {
      change.run();
    } catch (IllegalStateException e) {
      LOG.debug("a partition that has gone is neither paused nor resumed", e);
    }
  }

  /**
   * A commit may wait for a poll in which its partitions go; the broker would then take it, and it
   * would undo what their next owner has committed.
   */
  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, OffsetAndMetadata> owned = new HashMap<>(offsets);
    owned.keySet().retainAll(assignment());
    if (!owned.isEmpty()) {
      super.commitSync(owned);
    }
  }

  private Set<TopicPartition> owned(Collection<TopicPartition> partitions) {
    Set<TopicPartition> owned = new HashSet<>(partitions);
    owned.retainAll(assignment());
    return owned;
  }

  /** Records of its partitions that wait to be read; for any thread. */
  long backlog() {
    return backlog.records();
  }

  /**
   * Since the last heartbeat or, before the first, since the group was joined; for any thread. The
   * client sends one only while it knows of a coordinator that answered the one before, so no other
   * sign is needed of brokers that are gone.
   */
  Duration silence() {
    double shortest = Double.POSITIVE_INFINITY;
    for (Map.Entry<MetricName, ? extends Metric> metric : metrics().entrySet()) {
      // Below zero before the first time.
      if (SIGNS_OF_KAFKA.contains(metric.getKey().name())
          && metric.getValue().metricValue() instanceof Double seconds
          && seconds >= 0) {
        shortest = Math.min(shortest, seconds);
      }
    }
    return Double.isInfinite(shortest) ? Duration.ZERO : Duration.ofSeconds((long) shortest);
  }

  /** Polls again after an error that only the operator can mend, but says so once and slowly. */
  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    try {
      ConsumerRecords<byte[], byte[]> records = pollCalmly(timeout);
      refusal = null;
      rebalances.tellMembership();
      backlog.look(this);
      return records;
    } catch (WakeupException | InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(refusal)) {
        LOG.error("jobs cannot be read, trying on: {}", message);
        refusal = message;
      }
      LockSupport.parkNanos(AFTER_REFUSAL.toNanos());
      return ConsumerRecords.empty();
    }
  }

  /**
   * With records of paused partitions in its buffer the client of the newer protocol does not wait
   * in a poll: it looks again and again, for all of the time-out, at the cost of a core.
   */
  private ConsumerRecords<byte[], byte[]> pollCalmly(Duration timeout) {
    if (paused().isEmpty()) {
      return super.poll(timeout);
    }
    ConsumerRecords<byte[], byte[]> records = super.poll(Duration.ZERO);
    if (records.isEmpty()) {
      LockSupport.parkNanos(timeout.toNanos());
    }
    return records;
  }

  @Override
  public void close() {
    super.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }
}
