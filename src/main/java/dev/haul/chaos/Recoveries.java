package dev.haul.chaos;

import dev.haul.job.Partition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Measures for how long a partition that a fault has hit has no job that ends, as a reader of the
 * completions sees it. Belongs to one thread.
 */
final class Recoveries {
  private record Wound(Fault fault, Instant at, Partition partition) {}

  private final List<Wound> open = new ArrayList<>();
  private final Map<Fault, List<Duration>> healed = new EnumMap<>(Fault.class);

  /**
   * @param hit the partitions with work that the victim served
   */
  void hurt(Fault fault, Instant at, Collection<Partition> hit) {
    hit.forEach(partition -> open.add(new Wound(fault, at, partition)));
  }

  /**
   * A job of a partition has ended. One that had ended before the fault heals nothing, though it is
   * read after it.
   */
  void ended(Partition partition, Instant finished, Instant seen) {
    for (Iterator<Wound> each = open.iterator(); each.hasNext(); ) {
      Wound wound = each.next();
      if (wound.partition().equals(partition) && finished.isAfter(wound.at())) {
        healed
            .computeIfAbsent(wound.fault(), _ -> new ArrayList<>())
            .add(Duration.between(wound.at(), seen));
        each.remove();
      }
    }
  }

  /** The times from a fault to the next end of a job in each partition that it hit, ascending. */
  List<Duration> of(Fault fault) {
    return healed.getOrDefault(fault, List.of()).stream().sorted().toList();
  }
}
