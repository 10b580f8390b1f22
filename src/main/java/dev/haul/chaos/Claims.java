package dev.haul.chaos;

import dev.haul.chaos.Violation.Kind;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.policy.Commit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds commits against ends: whoever reads a commit, and then reads the completions up to where
 * they ended at that time, has read the end of every job that the commit says is finished. Belongs
 * to one thread.
 */
final class Claims {
  /** What was committed, and how far the completions must be read before it can be judged. */
  private record Claim(Map<Partition, Commit> commits, Map<Partition, Long> readUpTo) {}

  private final Deque<Claim> pending = new ArrayDeque<>();
  private final Map<Partition, BitSet> judged = new HashMap<>();
  private final Set<Position> accused = new HashSet<>();

  /**
   * @param commits what was committed at a time
   * @param readUpTo where the completions ended at that time or later
   */
  void claim(Map<Partition, Commit> commits, Map<Partition, Long> readUpTo) {
    pending.add(new Claim(Map.copyOf(commits), Map.copyOf(readUpTo)));
  }

  /**
   * Judges the commits for which enough has been read.
   *
   * @param read how far the completions have been read
   */
  List<Violation> judge(Map<Partition, Long> read, Audit audit) {
    List<Violation> found = new ArrayList<>();
    while (!pending.isEmpty() && covers(read, pending.element().readUpTo())) {
      pending
          .remove()
          .commits()
          .forEach((partition, commit) -> judge(partition, commit, audit, found));
    }
    return found;
  }

  private void judge(Partition partition, Commit commit, Audit audit, List<Violation> found) {
    BitSet known = judged.computeIfAbsent(partition, _ -> new BitSet());
    for (long offset : FinishedOffsets.from(known.nextClearBit(0), commit)) {
      var place = new Position(partition, offset);
      if (known.get(Math.toIntExact(offset))) {
        continue;
      }
      if (audit.mayBeFinished(place)) {
        known.set(Math.toIntExact(offset));
      } else if (audit.isKnown(place) && accused.add(place)) {
        found.add(new Violation(Kind.EARLY_COMMIT, place.toString(), "committed as " + commit));
      }
    }
  }

  private static boolean covers(Map<Partition, Long> read, Map<Partition, Long> wanted) {
    return wanted.entrySet().stream()
        .allMatch(each -> read.getOrDefault(each.getKey(), 0L) >= each.getValue());
  }
}
