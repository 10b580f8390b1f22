package dev.haul.job;

import java.util.ArrayList;
import java.util.List;

/**
 * The attempts at a job, in their order: all of them, or the first and the last ones. Their numbers
 * show where some are left out.
 */
public record History(List<Attempt> attempts) {
  /** The first attempt and the last twenty. */
  public static final int MOST = 21;

  public static final History NONE = new History(List.of());

  public History {
    attempts = List.copyOf(attempts);
  }

  /** This history and one attempt more. */
  public History with(Attempt attempt) {
    var more = new ArrayList<Attempt>(attempts);
    if (more.size() == MOST) {
      more.remove(1);
    }
    more.add(attempt);
    return new History(more);
  }

  /** How many attempts are left out. */
  public int omitted() {
    return attempts.isEmpty() ? 0 : attempts.getLast().number() - attempts.size();
  }
}
