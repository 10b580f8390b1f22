package dev.haul.pipeline;

import dev.haul.policy.OffsetLedger;
import java.util.Collection;

/**
 * What the intake shows to the metrics. Written by the intake's context alone and read by whoever
 * scrapes, hence volatile.
 */
public final class IntakeGauges {
  private volatile int jobs;
  private volatile long bytes;
  private volatile int partitions;
  private volatile long ahead;

  void update(int jobs, long bytes, Collection<OffsetLedger> ledgers) {
    this.jobs = jobs;
    this.bytes = bytes;
    this.partitions = ledgers.size();
    this.ahead = ledgers.stream().mapToLong(OffsetLedger::ahead).sum();
  }

  /** Jobs taken whose end is not acknowledged yet. */
  public int jobs() {
    return jobs;
  }

  /** Bytes of the records of {@link #jobs}. */
  public long bytes() {
    return bytes;
  }

  /** Partitions that this worker owns. */
  public int partitions() {
    return partitions;
  }

  /** Finished offsets that the committed ones cannot pass yet. */
  public long ahead() {
    return ahead;
  }
}
