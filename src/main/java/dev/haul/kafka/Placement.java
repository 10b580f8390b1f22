package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.haul.job.JobId;
import org.apache.kafka.common.utils.Utils;

/** Where Kafka's producers put a record, unless they are told otherwise. */
final class Placement {
  private Placement() {}

  /** The partition of a record whose key is a job's id, as the default partitioner chooses it. */
  static int of(JobId key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key.value().getBytes(UTF_8))) % partitions;
  }
}
