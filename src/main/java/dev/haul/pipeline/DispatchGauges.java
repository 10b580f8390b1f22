package dev.haul.pipeline;

import dev.haul.job.ErrorCode;
import dev.haul.policy.HostReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What dispatch shows to the metrics. Written by dispatch's context alone and read by whoever
 * scrapes, hence volatile or atomic.
 */
public final class DispatchGauges {
  private final Map<Wait, LongAdder> waits = new ConcurrentHashMap<>();
  private final Map<ErrorCode, LongAdder> retries = new ConcurrentHashMap<>();
  private final Map<Duration, LongAdder> moves = new ConcurrentHashMap<>();
  private volatile int jobs;
  private volatile int queued;
  private volatile int slots;
  private volatile int running;
  private volatile long oldestSeconds;
  private volatile List<HostReport> hosts = List.of();

  /**
   * @param slots that are taken
   * @param further those of these that are for further connections of a job that has one
   */
  void update(int jobs, int queued, int slots, int further) {
    this.jobs = jobs;
    this.queued = queued;
    this.slots = slots;
    this.running = slots - further;
  }

  void begins(Wait wait) {
    of(waits, wait).increment();
  }

  void ends(Wait wait) {
    of(waits, wait).decrement();
  }

  void retried(ErrorCode code) {
    of(retries, code).increment();
  }

  void moved(Duration step) {
    of(moves, step).increment();
  }

  void hosts(List<HostReport> reports) {
    this.hosts = List.copyOf(reports);
  }

  void oldest(long epochSeconds) {
    this.oldestSeconds = epochSeconds;
  }

  /** When the oldest job that is here was published, in seconds since 1970; 0 when none is. */
  public long oldest() {
    return oldestSeconds;
  }

  /** How things stand with each host, as of the last second. */
  public List<HostReport> hosts() {
    return hosts;
  }

  /** Jobs that wait for a slot. */
  public int queued() {
    return queued;
  }

  /** Jobs that hold a slot. */
  public int running() {
    return running;
  }

  /** Slots that are taken, by jobs and by their further connections. */
  public int slots() {
    return slots;
  }

  /** Jobs that wait for anything but a slot. */
  public int waiting() {
    return Math.max(jobs - queued - running, 0);
  }

  /** Jobs that wait for this. */
  public int waiting(Wait wait) {
    return of(waits, wait).intValue();
  }

  /** Attempts that failed so and are made again; it never falls. */
  public long retries(ErrorCode code) {
    return of(retries, code).sum();
  }

  /** Jobs that have moved to the retry topic with this delay; it never falls. */
  public long moves(Duration step) {
    return of(moves, step).sum();
  }

  private static <K> LongAdder of(Map<K, LongAdder> counts, K key) {
    return counts.computeIfAbsent(key, _ -> new LongAdder());
  }
}
