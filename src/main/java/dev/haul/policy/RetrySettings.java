package dev.haul.policy;

import dev.haul.job.InvalidField;
import java.time.Duration;

/** How often and after what time a job is tried again. */
public record RetrySettings(int maxAttempts, Duration baseDelay, Duration maxDelay) {
  public static final RetrySettings DEFAULTS =
      new RetrySettings(5, Duration.ofSeconds(1), Duration.ofMinutes(5));

  public RetrySettings {
    if (maxAttempts < 1) {
      throw new InvalidField("retry.max-attempts", maxAttempts, "must be at least 1");
    }
    if (baseDelay.isNegative()) {
      throw new InvalidField("retry.base-delay", baseDelay, "must not be negative");
    }
    if (maxDelay.compareTo(baseDelay) < 0) {
      throw new InvalidField("retry.max-delay", maxDelay, "must be at least retry.base-delay");
    }
  }
}
