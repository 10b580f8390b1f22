package dev.haul.policy;

/**
 * Looks for the fewest attempts at once that bring the most bytes per second, by hill climbing: a
 * step, a look at what it brought, a step back if that was less. Where a step makes no difference
 * it goes down. Throttling lowers it at once, once for each crowd.
 */
final class GoodputLimit implements HostLimit {
  private static final long SHORTEST_LOOK_NANOS = 2_000_000_000L;

  /** Each look has to see so many rounds of attempts end, or chance decides. */
  private static final int ROUNDS = 3;

  /** Changes below this share are chance. */
  private static final double NOISE = 0.05;

  private static final double DECREASE = 0.7;

  private final int max;
  private final Falls falls = new Falls();
  private int limit;
  private int direction = -1;
  private double lastBytesPerSecond = -1;
  private boolean looking;
  private long lookNanos;
  private long bytes;
  private int ends;
  private int mostRunning;

  GoodputLimit(int max) {
    this.max = max;
    this.limit = max;
  }

  @Override
  public int limit() {
    return limit;
  }

  @Override
  public void ended(HostSign sign, long bytes, int running, long startedNanos, long nowNanos) {
    if (!looking) {
      look(nowNanos);
    }
    boolean pushedBack = sign == HostSign.THROTTLED || sign == HostSign.DOWN;
    if (pushedBack && falls.isNews(startedNanos, nowNanos)) {
      limit = Math.max(1, (int) (limit * DECREASE));
      direction = 1;
      lastBytesPerSecond = -1;
      look(nowNanos);
      return;
    }
    this.bytes += bytes;
    ends++;
    mostRunning = Math.max(mostRunning, running);
    long elapsed = nowNanos - lookNanos;
    if (elapsed >= SHORTEST_LOOK_NANOS && ends >= ROUNDS * limit) {
      // A limit that is not reached tells nothing about itself.
      if (mostRunning >= limit) {
        step(this.bytes * 1e9 / elapsed);
      }
      look(nowNanos);
    }
  }

  private void step(double bytesPerSecond) {
    if (lastBytesPerSecond >= 0) {
      if (bytesPerSecond < lastBytesPerSecond * (1 - NOISE)) {
        direction = -direction;
      } else if (bytesPerSecond <= lastBytesPerSecond * (1 + NOISE)) {
        direction = -1;
      }
    }
    lastBytesPerSecond = bytesPerSecond;
    int step = Math.max(1, limit / 8);
    limit = Math.clamp(limit + (long) direction * step, 1, max);
  }

  private void look(long nowNanos) {
    looking = true;
    lookNanos = nowNanos;
    bytes = 0;
    ends = 0;
    mostRunning = 0;
  }
}
