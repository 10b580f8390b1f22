package dev.haul.policy;

/**
 * Lets something happen so many times a second, spread evenly: what was not used is kept for a
 * tenth of a second's worth, and for one at least.
 */
final class TokenBucket {
  private static final double BURST_SECONDS = 0.1;

  private double perSecond;
  private double tokens = 1;
  private long filledNanos;

  /**
   * @param perSecond above 0
   */
  TokenBucket(double perSecond, long nowNanos) {
    this.perSecond = perSecond;
    this.filledNanos = nowNanos;
  }

  /** Goes on at another rate; what has gathered stays. */
  void rate(double perSecond, long nowNanos) {
    fill(nowNanos);
    this.perSecond = perSecond;
  }

  double rate() {
    return perSecond;
  }

  void take(long nowNanos) {
    fill(nowNanos);
    tokens--;
  }

  /** Nanoseconds until there is one to take; 0 when there is. */
  long nanosUntilNext(long nowNanos) {
    fill(nowNanos);
    return tokens >= 1 ? 0 : (long) Math.min(Math.ceil((1 - tokens) / perSecond * 1e9), 1e15);
  }

  private void fill(long nowNanos) {
    double gathered = tokens + (nowNanos - filledNanos) * 1e-9 * perSecond;
    // A hair below one is one: what nanosUntilNext promised must be there then.
    tokens = Math.min(gathered + 1e-9, Math.max(1, perSecond * BURST_SECONDS));
    filledNanos = nowNanos;
  }
}
