package dev.haul.policy;

import dev.haul.job.SourceUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Orders the sources of a job by what was seen of their origins. The first keeps its place unless
 * it failed lately; then those that worked lately come first. What was seen weighs half as much
 * each minute, so that an origin that failed, however often, is asked first again within some
 * minutes.
 */
public final class MirrorOrder {
  private static final double HALF_LIFE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int CAPACITY = 1024;

  /** The weight of a success, and the most that failures can gather. */
  private static final double MOST = 8;

  /** What weighs less counts as forgotten. */
  private static final double LEAST = 0.5;

  /**
   * What was seen of an origin.
   *
   * @param weight negative when it worked, positive when it failed
   */
  private record Seen(double weight, long atNanos) {
    double weightAt(long nowNanos) {
      return weight * Math.pow(0.5, (nowNanos - atNanos) / HALF_LIFE_NANOS);
    }
  }

  private static final class Memory extends LinkedHashMap<String, Seen> {
    private static final long serialVersionUID = 1;

    Memory() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
      return size() > CAPACITY;
    }
  }

  private record Ranked(SourceUrl url, double rank) {}

  private final Map<String, Seen> memory = new Memory();

  /**
   * The order in which to ask.
   *
   * @param sources in the order of the job
   * @param nowNanos of a monotonic clock
   */
  public List<SourceUrl> of(List<SourceUrl> sources, long nowNanos) {
    var ranked = new ArrayList<Ranked>(sources.size());
    for (SourceUrl url : sources) {
      double weight = weight(url, nowNanos);
      boolean isFirst = ranked.isEmpty();
      ranked.add(
          new Ranked(url, weight > LEAST ? weight : isFirst ? -2 : weight < -LEAST ? -1 : 0));
    }
    ranked.sort(Comparator.comparingDouble(Ranked::rank));
    return ranked.stream().map(Ranked::url).toList();
  }

  /** A source of this origin delivered its file. */
  public void worked(SourceUrl url, long nowNanos) {
    memory.put(url.origin(), new Seen(-MOST, nowNanos));
  }

  /** A source of this origin failed, in a way that others of it may too, or was too slow. */
  public void failed(SourceUrl url, long nowNanos) {
    double before = Math.max(0, weight(url, nowNanos));
    memory.put(url.origin(), new Seen(Math.min(MOST, before + 1), nowNanos));
  }

  private double weight(SourceUrl url, long nowNanos) {
    Seen seen = memory.get(url.origin());
    return seen == null ? 0 : seen.weightAt(nowNanos);
  }
}
