package dev.haul.origin;

/** Allows so many a second, and so many at once. */
final class TokenBucket {
  private static final double NANOS = 1e9;

  private final double perSecond;
  private final double most;
  private double tokens;
  private long filledNanos;

  TokenBucket(int perSecond, int burst, long nowNanos) {
    this.perSecond = perSecond;
    this.most = Math.max(1, burst);
    this.tokens = most;
    this.filledNanos = nowNanos;
  }

  /** Takes a token; false when there is none. */
  boolean take(long nowNanos) {
    tokens = Math.min(most, tokens + (nowNanos - filledNanos) / NANOS * perSecond);
    filledNanos = nowNanos;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
