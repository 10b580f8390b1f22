package dev.haul.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Bytes per second, granted in pieces of one size to who asks, in turn. What is not used is kept
 * for a quarter of a second's worth.
 *
 * @param <T> who waits for a grant
 */
public final class ByteBudget<T> {
  /** What a grant is worth, in bytes. */
  public static final int GRANT = 64 << 10;

  private static final double BURST_SECONDS = 0.25;

  private final Deque<T> waiters = new ArrayDeque<>();
  private long perSecond;
  private double level;
  private long filledNanos;

  /**
   * @param perSecond 0 for no limit
   */
  public ByteBudget(long perSecond, long nowNanos) {
    this.perSecond = perSecond;
    this.filledNanos = nowNanos;
    this.level = GRANT;
  }

  /** Goes on at another rate, 0 for no limit. */
  public void rate(long perSecond, long nowNanos) {
    fill(nowNanos);
    this.perSecond = perSecond;
  }

  /** Takes a grant, if nobody waits and there is one. */
  public boolean take(long nowNanos) {
    if (!waiters.isEmpty() || !fill(nowNanos)) {
      return false;
    }
    level -= GRANT;
    return true;
  }

  /** Stands in the queue for a grant. */
  public void offer(T waiter) {
    waiters.add(waiter);
  }

  /** Takes a grant for the next in the queue and returns that; null when there is neither. */
  public @Nullable T poll(long nowNanos) {
    if (waiters.isEmpty() || !fill(nowNanos)) {
      return null;
    }
    level -= GRANT;
    return waiters.remove();
  }

  public void remove(T waiter) {
    waiters.remove(waiter);
  }

  /** Takes back what was granted and not used. */
  public void giveBack(long bytes) {
    level += bytes;
  }

  /** Whether there is a grant. */
  private boolean fill(long nowNanos) {
    if (perSecond == 0) {
      level = GRANT;
    } else {
      double most = Math.max(GRANT, perSecond * BURST_SECONDS);
      level = Math.min(level + (nowNanos - filledNanos) * 1e-9 * perSecond, most);
    }
    filledNanos = nowNanos;
    return level > 0;
  }
}
