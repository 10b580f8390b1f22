package dev.haul.kafka;

import dev.haul.job.Partition;
import dev.haul.policy.Commit;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Asks what a group has committed, when no consumer of it can be asked. */
final class GroupOffsets {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final KafkaSettings kafka;

  GroupOffsets(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /**
   * What is committed, with no transaction pending; partitions without a commit are left out.
   * Blocks for 15 s at most.
   *
   * @throws KafkaUnavailable when Kafka does not answer
   */
  Map<Partition, Commit> committed(Collection<Partition> partitions) {
    var spec =
        new ListConsumerGroupOffsetsSpec().topicPartitions(Positions.topicPartitions(partitions));
    try (Admin admin = Admin.create(ClientProperties.admin(kafka, Map.of()))) {
      var commits = new HashMap<Partition, Commit>();
      admin
          .listConsumerGroupOffsets(
              Map.of(kafka.groupId(), spec),
              new ListConsumerGroupOffsetsOptions().requireStable(true))
          .partitionsToOffsetAndMetadata(kafka.groupId())
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .forEach((partition, offset) -> {
            if (offset != null) {
              commits.put(
                  Positions.partition(partition), new Commit(offset.offset(), offset.metadata()));
            }
          });
      return commits;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
