package dev.haul.pipeline;

import dev.haul.policy.OffsetLedger;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the intake shows to the metrics. Written by the intake's context alone and read by whoever
 * scrapes, hence volatile.
 */
public final class IntakeGauges {
  private volatile int jobs;
  private volatile int partitions;
  private volatile int paused;
  private volatile long behind;
  private volatile int metadataBytes;
  private volatile boolean joined;
  private final LongAdder batches = new LongAdder();
  private final LongAdder batchNanos = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private final LongAdder handOvers = new LongAdder();
  private final LongAdder handOverNanos = new LongAdder();
  private volatile LongSupplier backlog = () -> 0;
  private volatile Supplier<Duration> silence = () -> Duration.ZERO;

  void update(int jobs, Collection<OffsetLedger> ledgers, int paused) {
    this.jobs = jobs;
    this.partitions = ledgers.size();
    this.paused = paused;
    this.behind =
        ledgers.stream().mapToLong(ledger -> ledger.inFlight() + ledger.ahead()).max().orElse(0);
  }

  void committed(int largestMetadataBytes) {
    this.metadataBytes = largestMetadataBytes;
  }

  void published(long nanos) {
    batches.increment();
    batchNanos.add(nanos);
  }

  void refused() {
    refusals.increment();
  }

  void handedOver(long nanos) {
    handOvers.increment();
    handOverNanos.add(nanos);
  }

  void joined(boolean joined) {
    this.joined = joined;
  }

  /** Batches that have become true. */
  public long batches() {
    return batches.sum();
  }

  /** Nanoseconds that these took, from being sent to being known to be true. */
  public long batchNanos() {
    return batchNanos.sum();
  }

  /** Times that a batch did not become true and was sent again, or dropped. */
  public long refusals() {
    return refusals.sum();
  }

  /** Times that the group asked for partitions back. */
  public long handOvers() {
    return handOvers.sum();
  }

  /** Nanoseconds that giving them took. */
  public long handOverNanos() {
    return handOverNanos.sum();
  }

  /** Whether the worker is a member of its group and takes jobs, if there are any for it. */
  public boolean joined() {
    return joined;
  }

  void follow(JobSource source) {
    backlog = source::backlog;
    silence = source::silence;
  }

  /** For how long Kafka has not answered this worker as a member of its group. */
  public Duration silence() {
    return silence.get();
  }

  /**
   * Records of this worker's partitions whose jobs have not ended, taken or not. Unlike the lag of
   * the group it does not count what has ended before the oldest.
   */
  public long pending() {
    return jobs + backlog.getAsLong();
  }

  /** Jobs taken whose end is not acknowledged yet. */
  public int jobs() {
    return jobs;
  }

  /** Partitions that this worker owns. */
  public int partitions() {
    return partitions;
  }

  /** Partitions of these that are paused. */
  public int paused() {
    return paused;
  }

  /** Offsets taken and not passed by the commit, of the partition with the most of them. */
  public long behind() {
    return behind;
  }

  /** The largest metadata string of the last commit. */
  public int metadataBytes() {
    return metadataBytes;
  }
}
