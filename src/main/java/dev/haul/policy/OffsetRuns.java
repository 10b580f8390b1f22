package dev.haul.policy;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** A set of offsets, kept as runs of neighbours. */
final class OffsetRuns {
  /** First offset of a run to the one after its last; no run touches the next one. */
  private final TreeMap<Long, Long> runs = new TreeMap<>();

  private long count;

  boolean contains(long offset) {
    Map.Entry<Long, Long> run = runs.floorEntry(offset);
    return run != null && offset < run.getValue();
  }

  /** Adds the offsets {@code from} to before {@code to}, all beyond those in the set. */
  void append(long from, long to) {
    Map.Entry<Long, Long> last = runs.lastEntry();
    runs.put(last != null && last.getValue() == from ? last.getKey() : from, to);
    count += to - from;
  }

  /** Removes the offsets {@code from} to before {@code to}, as far as they are in the set. */
  void remove(long from, long to) {
    if (from >= to) {
      return;
    }
    Map.Entry<Long, Long> run;
    while ((run = runs.lowerEntry(to)) != null && run.getValue() > from) {
      if (run.getValue() > to) {
        runs.put(to, run.getValue());
      }
      if (run.getKey() < from) {
        runs.put(run.getKey(), from);
      } else {
        runs.remove(run.getKey());
      }
      count -= Math.min(run.getValue(), to) - Math.max(run.getKey(), from);
    }
  }

  /** How many offsets are in the set. */
  long count() {
    return count;
  }

  /** How many runs they make. */
  int runs() {
    return runs.size();
  }

  /** The smallest offset, or another value when the set is empty. */
  long firstOr(long other) {
    return runs.isEmpty() ? other : runs.firstKey();
  }

  /**
   * Lengths from the smallest offset on: alternately of a run and of the gap after it. The last gap
   * reaches to before {@code end}; a run without a gap after it is left out.
   */
  long[] alternating(long end) {
    var lengths = new long[2 * runs.size()];
    int filled = 0;
    Map.Entry<Long, Long> previous = null;
    for (Map.Entry<Long, Long> run : runs.entrySet()) {
      if (previous != null) {
        lengths[filled++] = run.getKey() - previous.getValue();
      }
      lengths[filled++] = run.getValue() - run.getKey();
      previous = run;
    }
    if (previous != null && previous.getValue() < end) {
      lengths[filled++] = end - previous.getValue();
    }
    return Arrays.copyOf(lengths, filled & ~1);
  }
}
