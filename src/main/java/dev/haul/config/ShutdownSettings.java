package dev.haul.config;

import dev.haul.job.InvalidField;
import java.time.Duration;

/**
 * How a worker stops.
 *
 * @param grace how long running jobs may go on; zero hands them over at once
 */
public record ShutdownSettings(Duration grace) {
  public static final ShutdownSettings DEFAULTS = new ShutdownSettings(Duration.ofSeconds(30));

  /**
   * @throws InvalidField when the grace period is negative
   */
  public ShutdownSettings {
    if (grace.isNegative()) {
      throw new InvalidField("shutdown.grace", grace, "must not be negative");
    }
  }
}
