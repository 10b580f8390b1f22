package dev.haul.policy;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * The speed of a growing count of bytes over a sliding window, from samples taken now and then.
 * Times are readings of one monotonic clock, in nanoseconds.
 */
public final class SpeedMeter {
  private static final int SLOTS = 16;

  private final long windowNanos;
  private final long[] nanos = new long[SLOTS + 1];
  private final long[] bytes = new long[SLOTS + 1];
  private int oldest;
  private int newest;
  private long lastNanos;
  private long lastBytes;

  public SpeedMeter(Duration window, long startBytes, long startNanos) {
    this.windowNanos = window.toNanos();
    nanos[0] = startNanos;
    bytes[0] = startBytes;
    lastNanos = startNanos;
    lastBytes = startBytes;
  }

  /**
   * @param totalBytes all bytes so far
   */
  public void sample(long totalBytes, long nowNanos) {
    lastNanos = nowNanos;
    lastBytes = totalBytes;
    if (nowNanos - nanos[newest] >= windowNanos / SLOTS) {
      newest = (newest + 1) % nanos.length;
      if (newest == oldest) {
        oldest = (oldest + 1) % nanos.length;
      }
      nanos[newest] = nowNanos;
      bytes[newest] = totalBytes;
    }
  }

  /**
   * Bytes per second over the window, or since the start if that is shorter; empty at the start.
   */
  public OptionalDouble bytesPerSecond() {
    long elapsed = lastNanos - nanos[oldest];
    return elapsed <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((lastBytes - bytes[oldest]) * 1e9 / elapsed);
  }

  /** Whether the samples span the whole window. */
  boolean coversWindow() {
    return lastNanos - nanos[oldest] >= windowNanos;
  }
}
