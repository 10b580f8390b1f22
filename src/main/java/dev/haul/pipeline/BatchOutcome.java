package dev.haul.pipeline;

import dev.haul.job.Partition;
import dev.haul.policy.Commit;
import java.util.Map;

/** What came of a batch. */
public sealed interface BatchOutcome {
  /** Kafka has all of it. */
  record Published() implements BatchOutcome {}

  /** Kafka has nothing of it that counts. */
  record Refused(String reason) implements BatchOutcome {}

  /**
   * One or the other, but nothing is under way any more: what is committed for the partitions of
   * the batch now tells, as far as they are still ours.
   */
  record Unclear(Map<Partition, Commit> committed) implements BatchOutcome {
    public Unclear {
      committed = Map.copyOf(committed);
    }
  }
}
