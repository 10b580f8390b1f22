package dev.haul.policy;

import dev.haul.job.InvalidField;
import java.time.Duration;

/**
 * Settings of {@link RetryPolicy}.
 *
 * @param maxAttempts {@code retry.max-attempts}: attempts of a job, the first included
 * @param baseDelay {@code retry.base-delay}: the longest delay after the first attempt
 * @param maxDelay {@code retry.max-delay}: the longest delay after any attempt, unless a server
 *     asks for more
 * @param inProcess {@code retry.in-process}: the longest wait that a job spends in the worker; a
 *     longer one is spent in the topics of the ladder, if there are any
 */
public record RetrySettings(
    int maxAttempts, Duration baseDelay, Duration maxDelay, Duration inProcess) {
  private static final int MOST_ATTEMPTS = 1000;
  private static final Duration LONGEST_DELAY = Duration.ofDays(7);

  public static final RetrySettings DEFAULTS =
      new RetrySettings(5, Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofSeconds(60));

  /**
   * @throws InvalidField naming the key that breaks its rule
   */
  public RetrySettings {
    if (maxAttempts < 1 || maxAttempts > MOST_ATTEMPTS) {
      throw new InvalidField("retry.max-attempts", maxAttempts, "must be from 1 to 1000");
    }
    if (!baseDelay.isPositive()) {
      throw new InvalidField("retry.base-delay", baseDelay, "must be above 0");
    }
    if (maxDelay.compareTo(baseDelay) < 0 || maxDelay.compareTo(LONGEST_DELAY) > 0) {
      throw new InvalidField(
          "retry.max-delay", maxDelay, "must be from retry.base-delay to 7 days");
    }
    if (!inProcess.isPositive()) {
      throw new InvalidField("retry.in-process", inProcess, "must be above 0");
    }
  }
}
