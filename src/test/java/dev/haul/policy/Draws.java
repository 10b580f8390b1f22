package dev.haul.policy;

import java.util.random.RandomGenerator;

/** Random generators without chance. */
final class Draws {
  private Draws() {}

  /** Always draws zero. */
  static RandomGenerator lowest() {
    return share(0);
  }

  /** Always draws the highest value below the bound. */
  static RandomGenerator highest() {
    return share(1);
  }

  /** Always draws this share of the highest value below the bound. */
  static RandomGenerator share(double share) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new UnsupportedOperationException("draws have a bound");
      }

      @Override
      public long nextLong(long bound) {
        return share == 1 ? bound - 1 : (long) (share * (bound - 1));
      }
    };
  }
}
