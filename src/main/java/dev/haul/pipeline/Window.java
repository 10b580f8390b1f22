package dev.haul.pipeline;

import dev.haul.job.Partition;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Counts what intake holds against its bounds. Each lane has a share of them by its weight, so that
 * the backlog of one keeps no other out. Jobs that wait in a retry topic count for their partition
 * alone: however many wait, they keep no other from running. Belongs to one thread.
 */
final class Window {
  /** So many partitions of retry topics may weigh as much as all other jobs. */
  private static final int WAITING_SHARE = 16;

  /** Jobs and bytes against one bound; full from the bound on, until half of it is free. */
  private static final class Load {
    private final int maxJobs;
    private final long maxBytes;
    private int jobs;
    private long bytes;
    private boolean full;

    Load(int maxJobs, long maxBytes) {
      this.maxJobs = maxJobs;
      this.maxBytes = maxBytes;
    }

    void add(int moreJobs, long moreBytes) {
      jobs += moreJobs;
      bytes += moreBytes;
      boolean over = jobs >= maxJobs || bytes >= maxBytes;
      boolean roomy = jobs <= maxJobs / 2 && bytes <= maxBytes / 2;
      full = over || (full && !roomy);
    }
  }

  private final IntakeSettings settings;
  private final Predicate<Partition> waits;
  private final Map<String, Load> ready = new HashMap<>();
  private final Map<Partition, Load> waiting = new HashMap<>();

  private final Map<String, Integer> lanes;
  private final int weights;

  /**
   * @param lanes weights by topic; any other has the weight 1
   * @param waits whether a partition is of a retry topic
   */
  Window(IntakeSettings settings, Map<String, Integer> lanes, Predicate<Partition> waits) {
    this.settings = settings;
    this.lanes = Map.copyOf(lanes);
    this.weights = Math.max(1, lanes.values().stream().mapToInt(weight -> weight).sum());
    this.waits = waits;
  }

  void take(SourceRecord record) {
    load(record.position().partition()).add(1, record.bytes());
  }

  void release(SourceRecord record) {
    Partition partition = record.position().partition();
    Load load = load(partition);
    load.add(-1, -record.bytes());
    if (load.jobs == 0) {
      waiting.remove(partition);
    }
  }

  /** Whether no more may be taken from a partition now. */
  boolean isFull(Partition partition) {
    return waits.test(partition)
        ? waiting.containsKey(partition) && load(partition).full
        : load(partition).full;
  }

  /** All jobs that are held. */
  int jobs() {
    return ready.values().stream().mapToInt(load -> load.jobs).sum() + waitingJobs();
  }

  /** Those of retry topics. */
  int waitingJobs() {
    return waiting.values().stream().mapToInt(load -> load.jobs).sum();
  }

  private Load load(Partition partition) {
    return waits.test(partition)
        ? waiting.computeIfAbsent(
            partition,
            _ -> new Load(settings.maxWaiting(), settings.maxBytes() / WAITING_SHARE + 1))
        : ready.computeIfAbsent(partition.topic(), this::share);
  }

  private Load share(String topic) {
    int weight = lanes.getOrDefault(topic, 1);
    return new Load(
        (int) Math.max(1, (long) settings.maxJobs() * weight / weights),
        Math.max(1, settings.maxBytes() / weights * weight));
  }
}
