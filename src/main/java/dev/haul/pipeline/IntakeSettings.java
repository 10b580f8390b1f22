package dev.haul.pipeline;

import dev.haul.job.InvalidField;

/**
 * How much a worker holds in memory. When a bound is reached the partitions are paused until half
 * of it is free; one poll (500 records or 8 MiB) may come on top.
 *
 * @param maxJobs jobs taken and not yet acknowledged as ended
 * @param maxBytes of their records
 * @param maxWaiting jobs taken from one partition of a retry topic, which count here and not above
 */
public record IntakeSettings(int maxJobs, long maxBytes, int maxWaiting) {
  public static final IntakeSettings DEFAULTS = new IntakeSettings(1024, 32L << 20, 500);

  public IntakeSettings {
    if (maxJobs < 1) {
      throw new InvalidField("intake.max-jobs", maxJobs, "must be at least 1");
    }
    if (maxBytes < 1) {
      throw new InvalidField("intake.max-bytes", maxBytes, "must be at least 1");
    }
    if (maxWaiting < 1) {
      throw new InvalidField("intake.max-waiting", maxWaiting, "must be at least 1");
    }
  }
}
