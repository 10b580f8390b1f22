package dev.haul.policy;

/**
 * Additive increase, multiplicative decrease (as TCP does, RFC 5681): one more for each full round
 * of good attempts, half as many when the host throttles or is down, once for each crowd. Broken
 * transfers do not count: they often have a time limit on the way as their cause, which fewer
 * transfers do not cure.
 */
final class AimdLimit implements HostLimit {
  private static final double DECREASE = 0.5;

  private final int max;
  private final Falls falls = new Falls();
  private double limit;

  AimdLimit(int max) {
    this.max = max;
    this.limit = max;
  }

  @Override
  public int limit() {
    return (int) limit;
  }

  @Override
  public void ended(HostSign sign, long bytes, int running, long startedNanos, long nowNanos) {
    switch (sign) {
      case WELL -> {
        // A limit that is not reached has not been tried.
        if (2 * running >= limit()) {
          limit = Math.min(max, limit + 1 / limit);
        }
      }
      case THROTTLED, DOWN -> {
        if (falls.isNews(startedNanos, nowNanos)) {
          limit = Math.max(1, limit * DECREASE);
        }
      }
      case STRAINED, NOTHING -> {}
    }
  }
}
