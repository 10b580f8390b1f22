package dev.haul.policy;

import dev.haul.job.Failure;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether and when a failed attempt is followed by another one.
 *
 * @param maxAttempts of a job that does not say otherwise
 */
public record RetryPolicy(int maxAttempts, Backoff backoff) {
  /** How long a server may ask to be left alone; what is above counts as this. */
  public static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

  /** A crowd that was told the same {@code Retry-After} spreads over this share of it. */
  private static final int SPREAD_DIVISOR = 10;

  public static RetryPolicy of(RetrySettings settings) {
    return new RetryPolicy(
        settings.maxAttempts(), new Backoff(settings.baseDelay(), settings.maxDelay()));
  }

  /**
   * Decides after an attempt has failed. {@code Retry-After} (RFC 9110 §10.2.3) is a lower bound of
   * the delay, up to {@link #MAX_RETRY_AFTER}; the back-off's maximum does not cut it.
   *
   * @param attempt the one that failed, from 1
   * @param jobMaxAttempts overrides {@link #maxAttempts}
   * @param untilDeadline the time left, null for no deadline
   * @return {@link Decision.GiveUp} with this failure when it cannot be retried, the attempts are
   *     used up or the delay would reach the deadline
   */
  public Decision decide(
      Failure failure,
      int attempt,
      OptionalInt jobMaxAttempts,
      @Nullable Duration untilDeadline,
      RandomGenerator random) {
    if (!failure.retryable() || attempt >= jobMaxAttempts.orElse(maxAttempts)) {
      return new Decision.GiveUp(failure);
    }
    Duration delay = backoff.delay(attempt, random);
    if (failure.retryAfter() != null) {
      delay = longer(delay, spread(failure.retryAfter(), random));
    }
    if (untilDeadline != null && delay.compareTo(untilDeadline) >= 0) {
      return new Decision.GiveUp(outOfTime(failure));
    }
    return new Decision.RetryAfter(delay);
  }

  private static Duration spread(Duration retryAfter, RandomGenerator random) {
    Duration asked = retryAfter.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : retryAfter;
    if (!asked.isPositive()) {
      return Duration.ZERO;
    }
    return asked.plusNanos(random.nextLong(asked.toNanos() / SPREAD_DIVISOR + 1));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static Failure outOfTime(Failure failure) {
    return new Failure(
        failure.code(),
        failure.message() + " (the deadline leaves no time for another attempt)",
        failure.retryable(),
        failure.status(),
        failure.retryAfter());
  }
}
