package dev.haul.chaos;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Makes independent sources of chance out of the one seed of a run. */
final class Seeds {
  private Seeds() {}

  /** The same numbers for the same seed and purpose, on every machine. */
  static RandomGenerator random(long seed, String purpose) {
    return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + purpose.hashCode());
  }
}
