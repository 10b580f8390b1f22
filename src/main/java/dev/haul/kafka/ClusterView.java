package dev.haul.kafka;

import dev.haul.job.Partition;
import dev.haul.policy.Commit;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Looks at a cluster from the outside: the group, its commits, the ends and copies of partitions.
 * Every method blocks for the timeout at most and throws {@link KafkaUnavailable} when Kafka does
 * not answer. For any thread.
 */
public final class ClusterView implements AutoCloseable {
  private final KafkaSettings kafka;
  private final Duration timeout;
  private final Admin admin;

  /**
   * The group at a moment.
   *
   * @param stable whether every member knows its partitions
   * @param owners the partitions of each client, by {@code client.id}
   */
  public record Group(boolean stable, Map<String, Set<Partition>> owners) {}

  public ClusterView(KafkaSettings kafka, Duration timeout) {
    this.kafka = kafka;
    this.timeout = timeout;
    int millis = Math.toIntExact(timeout.toMillis());
    try {
      this.admin =
          Admin.create(
              ClientProperties.admin(
                  kafka,
                  Map.of(
                      AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis,
                      AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis)));
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** Who shares the jobs, and how. */
  public Group group() {
    ConsumerGroupDescription description =
        get(
            admin
                .describeConsumerGroups(List.of(kafka.groupId()))
                .describedGroups()
                .values()
                .iterator()
                .next());
    Map<String, Set<Partition>> owners = new HashMap<>();
    description
        .members()
        .forEach(member ->
            owners
                .computeIfAbsent(member.clientId(), _ -> new HashSet<>())
                .addAll(Positions.partitions(member.assignment().topicPartitions())));
    return new Group(description.groupState() == GroupState.STABLE, owners);
  }

  /** What the group has committed; what is in an open transaction does not count. */
  public Map<Partition, Commit> commits() {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        get(admin.listConsumerGroupOffsets(kafka.groupId()).partitionsToOffsetAndMetadata());
    Map<Partition, Commit> commits = new HashMap<>();
    offsets.forEach((partition, offset) -> {
      if (offset != null) {
        commits.put(Positions.partition(partition), new Commit(offset.offset(), offset.metadata()));
      }
    });
    return commits;
  }

  /** The offset after the last record of each partition, open transactions included. */
  public Map<Partition, Long> ends(Collection<String> topics) {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    describe(topics)
        .forEach((name, topic) ->
            topic
                .partitions()
                .forEach(partition ->
                    wanted.put(
                        new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
    Map<Partition, Long> ends = new HashMap<>();
    get(admin.listOffsets(wanted).all())
        .forEach((partition, end) -> ends.put(Positions.partition(partition), end.offset()));
    return ends;
  }

  /** Whether every partition of the topics has all its copies, each up to date. */
  public boolean isInSync(Collection<String> topics) {
    return describe(topics).values().stream()
        .flatMap(topic -> topic.partitions().stream())
        .allMatch(partition ->
            partition.leader() != null && partition.isr().size() == partition.replicas().size());
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }

  private Map<String, TopicDescription> describe(Collection<String> topics) {
    return get(admin.describeTopics(List.copyOf(topics)).allTopicNames());
  }

  private <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new KafkaUnavailable(kafka, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaUnavailable(kafka, e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
