package dev.haul.fetch;

import java.time.Duration;

/** How often progress is told. */
public record ProgressSettings(Duration interval) {
  public static final ProgressSettings DEFAULTS = new ProgressSettings(Duration.ofSeconds(1));
}
