package dev.haul.policy;

import java.time.Duration;

/**
 * Judges by the time that writes past the page cache take whether a disk is good at them. One with
 * heads, or one that is throttled, is better served by the cache, which joins and sorts what it
 * writes.
 *
 * <p>Any thread may call.
 */
public final class DiskPace {
  /** The mean of a write beyond which the disk is left alone. */
  public static final Duration SLOW = Duration.ofMillis(20);

  /** For how long, before it is tried again. */
  public static final Duration REST = Duration.ofMinutes(1);

  /** One write counts for so much of the mean. */
  private static final int WEIGHT = 16;

  private long meanNanos;
  private long restUntil;
  private boolean resting;

  /** Whether writes past the page cache are good for the disk, as far as is known. */
  public synchronized boolean isQuick(long nowNanos) {
    if (resting && nowNanos - restUntil >= 0) {
      resting = false;
      meanNanos = 0;
    }
    return !resting;
  }

  /** Notes how long a write took. */
  public synchronized void wrote(long tookNanos, long nowNanos) {
    meanNanos += (tookNanos - meanNanos) / WEIGHT;
    if (!resting && meanNanos > SLOW.toNanos()) {
      resting = true;
      restUntil = nowNanos + REST.toNanos();
    }
  }
}
