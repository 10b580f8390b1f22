package dev.haul.policy;

import java.time.Duration;

/** Lets the first event of a transfer pass, then at most one in each interval. */
public final class ProgressThrottle {
  private final long intervalNanos;
  private boolean started;
  private long lastNanos;

  public ProgressThrottle(Duration interval) {
    intervalNanos = interval.toNanos();
  }

  /**
   * Whether an event may be sent now; if so, the interval begins again.
   *
   * @param nowNanos of a monotonic clock with any origin, such as {@link System#nanoTime}
   */
  public boolean permits(long nowNanos) {
    // The difference is right even where the clock's value overflows.
    if (started && nowNanos - lastNanos < intervalNanos) {
      return false;
    }
    started = true;
    lastNanos = nowNanos;
    return true;
  }
}
