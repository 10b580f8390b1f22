package dev.haul.policy;

import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter: each delay is drawn evenly from zero to a cap that doubles
 * with every attempt, so that clients that failed together do not come back together.
 *
 * @param base the cap after the first attempt
 * @param max what no cap exceeds
 * @see <a
 *     href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential
 *     Backoff And Jitter, AWS Architecture Blog</a>
 */
public record Backoff(Duration base, Duration max) {

  /**
   * @throws InvalidField when the base is not positive or above the maximum
   */
  public Backoff {
    if (!base.isPositive()) {
      throw new InvalidField("base", base, "must be above 0");
    }
    if (max.compareTo(base) < 0) {
      throw new InvalidField("max", max, "must be at least base (" + base + ")");
    }
  }

  /**
   * Draws the delay before the next attempt.
   *
   * @param attempt the one that failed, from 1
   * @return from 0 to min(max, base · 2^(attempt − 1)), both included
   */
  public Duration delay(int attempt, RandomGenerator random) {
    return Duration.ofNanos(random.nextLong(cap(attempt) + 1));
  }

  /** In nanoseconds. Compares by shifting the maximum down: shifting the base up may overflow. */
  private long cap(int attempt) {
    int doublings = Math.min(attempt - 1, Long.SIZE - 1);
    long baseNanos = base.toNanos();
    long maxNanos = max.toNanos();
    return baseNanos > maxNanos >> doublings ? maxNanos : baseNanos << doublings;
  }
}
