package dev.haul.fetch;

import dev.haul.job.InvalidField;
import java.time.Duration;

/**
 * How often a running transfer tells how far it is.
 *
 * @param interval {@code progress.interval}: the least time between two events of a job
 */
public record ProgressSettings(Duration interval) {
  public static final ProgressSettings DEFAULTS = new ProgressSettings(Duration.ofSeconds(1));

  /**
   * @throws InvalidField naming the setting that breaks its rule
   */
  public ProgressSettings {
    FetchSettings.requireDuration("progress.interval", interval);
  }
}
