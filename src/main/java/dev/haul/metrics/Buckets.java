package dev.haul.metrics;

import java.time.Duration;
import java.util.stream.Stream;

/** The upper bounds of the histograms. */
final class Buckets {
  /** From a small file on a fast network to the longest transfer that is still of use. */
  private static final String JOBS =
      "PT0.005S PT0.01S PT0.025S PT0.05S PT0.1S PT0.25S PT0.5S PT1S PT2.5S PT5S PT10S PT30S"
          + " PT1M PT5M PT15M PT1H PT6H";

  /** Around 16 ms, which an event loop must not be blocked for. */
  private static final String LOOPS =
      "PT0.001S PT0.002S PT0.004S PT0.008S PT0.016S PT0.032S PT0.064S PT0.25S PT1S";

  private Buckets() {}

  static Duration[] ofJobs() {
    return durations(JOBS);
  }

  static Duration[] ofLoopDelays() {
    return durations(LOOPS);
  }

  private static Duration[] durations(String bounds) {
    return Stream.of(bounds.split(" ", -1)).map(Duration::parse).toArray(Duration[]::new);
  }
}
