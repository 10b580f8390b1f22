package dev.haul.policy;

import java.time.Duration;

/** Tells a stalled transfer: fewer bytes per second than allowed, over a whole window. */
public final class SpeedFloor {
  private final long minBytesPerSecond;
  private final SpeedMeter meter;

  /**
   * @param minBytesPerSecond 0 for no floor
   */
  public SpeedFloor(long minBytesPerSecond, Duration window, long startBytes, long startNanos) {
    this.minBytesPerSecond = minBytesPerSecond;
    this.meter = new SpeedMeter(window, startBytes, startNanos);
  }

  /**
   * @param totalBytes all bytes so far
   * @param nowNanos time during which bytes could come; it stands still while the receiver itself
   *     does not read
   */
  public boolean isBelow(long totalBytes, long nowNanos) {
    meter.sample(totalBytes, nowNanos);
    return meter.coversWindow() && meter.bytesPerSecond().orElse(0) < minBytesPerSecond;
  }
}
