package dev.haul.policy;

import dev.haul.job.InvalidField;
import java.time.Duration;

/**
 * Settings of jobs that are published more than once.
 *
 * @param window {@code duplicates.window}: how long after its completion a job that is published
 *     again counts as a duplicate; zero for not at all
 */
public record DuplicateSettings(Duration window) {
  private static final Duration LONGEST = Duration.ofDays(1);

  public static final DuplicateSettings DEFAULTS = new DuplicateSettings(Duration.ofMinutes(10));

  /**
   * @throws InvalidField naming the key that breaks its rule
   */
  public DuplicateSettings {
    if (window.isNegative() || window.compareTo(LONGEST) > 0) {
      throw new InvalidField("duplicates.window", window, "must be from 0 to 1 day");
    }
  }
}
