package dev.haul.policy;

import dev.haul.job.InvalidField;

/** Transfers at once. */
public record DispatchSettings(int maxConcurrent, int maxPerHost) {
  public static final DispatchSettings DEFAULTS = new DispatchSettings(64, 64);

  public DispatchSettings {
    if (maxConcurrent < 1) {
      throw new InvalidField("dispatch.max-concurrent", maxConcurrent, "must be at least 1");
    }
    if (maxPerHost < 1) {
      throw new InvalidField("dispatch.max-per-host", maxPerHost, "must be at least 1");
    }
  }
}
