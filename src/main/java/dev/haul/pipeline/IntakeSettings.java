package dev.haul.pipeline;

import dev.haul.job.InvalidField;

/** What may wait in memory. */
public record IntakeSettings(int maxJobs, long maxBytes) {
  public static final IntakeSettings DEFAULTS = new IntakeSettings(2048, 32 << 20);

  public IntakeSettings {
    if (maxJobs < 1) {
      throw new InvalidField("intake.max-jobs", maxJobs, "must be at least 1");
    }
    if (maxBytes < 1) {
      throw new InvalidField("intake.max-bytes", maxBytes, "must be at least 1");
    }
  }
}
