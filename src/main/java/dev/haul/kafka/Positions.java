package dev.haul.kafka;

import dev.haul.job.Partition;
import dev.haul.policy.Commit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Translates places between Haul's words and Kafka's. */
final class Positions {
  private Positions() {}

  static Partition partition(TopicPartition partition) {
    return new Partition(partition.topic(), partition.partition());
  }

  static Set<Partition> partitions(Collection<TopicPartition> partitions) {
    Set<Partition> translated = HashSet.newHashSet(partitions.size());
    partitions.forEach(partition -> translated.add(partition(partition)));
    return translated;
  }

  static Set<TopicPartition> topicPartitions(Collection<Partition> partitions) {
    Set<TopicPartition> translated = HashSet.newHashSet(partitions.size());
    partitions.forEach(partition -> translated.add(topicPartition(partition)));
    return translated;
  }

  static Map<TopicPartition, OffsetAndMetadata> offsets(Map<Partition, Commit> commits) {
    Map<TopicPartition, OffsetAndMetadata> offsets = HashMap.newHashMap(commits.size());
    commits.forEach((partition, commit) ->
        offsets.put(
            topicPartition(partition), new OffsetAndMetadata(commit.offset(), commit.metadata())));
    return offsets;
  }

  static TopicPartition topicPartition(Partition partition) {
    return new TopicPartition(partition.topic(), partition.number());
  }
}
