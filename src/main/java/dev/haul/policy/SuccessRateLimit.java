package dev.haul.policy;

/**
 * Every 30 s: below 80 % successes a fifth less, above 95 % a tenth more, at least one. A host that
 * throttles loses a fifth at once, once for each crowd.
 */
final class SuccessRateLimit implements HostLimit {
  private static final long PERIOD_NANOS = 30_000_000_000L;
  private static final double LOW = 0.80;
  private static final double HIGH = 0.95;
  private static final double DECREASE = 0.8;
  private static final double INCREASE = 1.1;

  private final int max;
  private final Falls falls = new Falls();
  private int limit;
  private boolean counting;
  private long periodNanos;
  private int successes;
  private int failures;

  SuccessRateLimit(int max) {
    this.max = max;
    this.limit = max;
  }

  @Override
  public int limit() {
    return limit;
  }

  @Override
  public void ended(HostSign sign, long bytes, int running, long startedNanos, long nowNanos) {
    if (!counting) {
      counting = true;
      periodNanos = nowNanos;
    }
    switch (sign) {
      case WELL -> successes++;
      case STRAINED, DOWN -> failures++;
      case THROTTLED -> {
        failures++;
        if (falls.isNews(startedNanos, nowNanos)) {
          decrease();
          begin(nowNanos);
        }
      }
      case NOTHING -> {}
    }
    if (nowNanos - periodNanos >= PERIOD_NANOS && successes + failures > 0) {
      judge();
      begin(nowNanos);
    }
  }

  private void judge() {
    double rate = (double) successes / (successes + failures);
    if (rate < LOW) {
      decrease();
    } else if (rate > HIGH) {
      limit = Math.min(max, Math.max(limit + 1, (int) (limit * INCREASE)));
    }
  }

  private void decrease() {
    limit = Math.max(1, (int) (limit * DECREASE));
  }

  private void begin(long nowNanos) {
    periodNanos = nowNanos;
    successes = 0;
    failures = 0;
  }
}
