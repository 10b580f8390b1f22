package dev.haul.policy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a job waits: in the worker that has it, or in a topic, out of which it comes again.
 * The records of one topic all stay for about its step, so they are due in the order in which they
 * came; a longer wait is made of several.
 *
 * @param inProcess waits up to this stay in the worker
 * @param steps how long the topics hold a record, the shortest first; empty for no topics
 */
public record RetryLadder(Duration inProcess, List<Duration> steps) {
  /**
   * A step may be longer than the wait by this share of itself, and by {@link #SLACK}: what a move
   * takes must not turn ten minutes into nine times one.
   */
  private static final int SLACK_DIVISOR = 10;

  private static final Duration SLACK = Duration.ofSeconds(5);

  /** Moments may pass until a wait is looked at again. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  /**
   * One stay in a topic.
   *
   * @param step which topic
   * @param time how long: the step, or a little less
   */
  public record Hop(Duration step, Duration time) {}

  public RetryLadder {
    steps = steps.stream().sorted().toList();
  }

  /** Where a job goes that has to wait so long; null when it stays where it is. */
  public @Nullable Hop hop(Duration wait) {
    if (wait.compareTo(inProcess) <= 0) {
      return null;
    }
    for (Duration step : steps.reversed()) {
      if (step.compareTo(wait.plus(slack(step))) <= 0) {
        return new Hop(step, shorter(step, wait));
      }
    }
    return null;
  }

  /** A wait about as short as one outside the worker can be; null when none can. */
  public @Nullable Duration shortest() {
    Duration beyond = inProcess.plus(MARGIN);
    if (hop(beyond) != null) {
      return beyond;
    }
    for (Duration step : steps) {
      if (step.compareTo(inProcess) > 0) {
        return step;
      }
    }
    return null;
  }

  private static Duration slack(Duration step) {
    return shorter(step.dividedBy(SLACK_DIVISOR), SLACK);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
