package dev.haul.chaos;

import dev.haul.chaos.Violation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds stretches in which nothing goes on although there is work and the group is stable. Time is
 * what the caller says. Belongs to one thread.
 */
final class Silence {
  private final Duration longest;
  private final List<Violation> found = new ArrayList<>();
  private Duration since = Duration.ZERO;
  private Duration worst = Duration.ZERO;
  private boolean told;

  /**
   * @param longest stretch that is no violation
   */
  Silence(Duration longest) {
    this.longest = longest;
  }

  /**
   * Looks once more.
   *
   * @param now since the start of the run
   * @param progress whether anything has moved since the last look
   * @param work whether there are jobs to move
   * @param stable whether the group is stable and all that it needs is up
   */
  void look(Duration now, boolean progress, boolean work, boolean stable) {
    if (progress || !work || !stable) {
      since = now;
      told = false;
      return;
    }
    Duration silence = now.minus(since);
    worst = silence.compareTo(worst) > 0 ? silence : worst;
    if (silence.compareTo(longest) > 0 && !told) {
      told = true;
      found.add(
          new Violation(
              Kind.SILENCE,
              "the cluster",
              "nothing moved for more than %d s, from second %d on"
                  .formatted(longest.toSeconds(), since.toSeconds())));
    }
  }

  /** The longest stretch so far. */
  Duration worst() {
    return worst;
  }

  List<Violation> found() {
    return List.copyOf(found);
  }
}
