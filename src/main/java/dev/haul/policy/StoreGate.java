package dev.haul.policy;

import java.time.Duration;

/**
 * Keeps jobs away from a store without room for their files. It is open until a file found no room;
 * then it is closed to files of that size and larger ones, and the store is asked every 2 s whether
 * there is room now. When it says so and is full again at once, as one does that does not know of a
 * quota, the time between two questions doubles each time, up to 1 min.
 */
public final class StoreGate {
  private static final long FIRST_WAIT_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LONGEST_WAIT_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long OPEN = Long.MAX_VALUE;

  private long closedFrom = OPEN;
  private long lastClosedFrom = OPEN;
  private long nextWaitNanos = FIRST_WAIT_NANOS;
  private long waitNanos;
  private long probeNanos;

  public boolean isOpen() {
    return closedFrom == OPEN;
  }

  /**
   * @param bytes of the file as far as it is known, else 0
   */
  public boolean isClosedTo(long bytes) {
    return bytes >= closedFrom;
  }

  /** The size that room is looked for; only while it is closed. */
  public long wanted() {
    return closedFrom;
  }

  /** Nanoseconds until the store is to be asked; only while it is closed. */
  public long nanosUntilProbe(long nowNanos) {
    return Math.max(probeNanos - nowNanos, 0);
  }

  /**
   * A file found no room.
   *
   * @param bytes of the file; 0 when there is no room for anything
   * @return whether that closed it
   */
  public boolean refused(long bytes, long nowNanos) {
    boolean closes = isOpen();
    if (closes) {
      waitNanos = nextWaitNanos;
      nextWaitNanos = Math.min(2 * nextWaitNanos, LONGEST_WAIT_NANOS);
      probeNanos = nowNanos + waitNanos;
    }
    closedFrom = Math.min(closedFrom, bytes);
    lastClosedFrom = closedFrom;
    return closes;
  }

  /** A file was stored: from the size that had found none, room is there for sure. */
  public void stored(long bytes) {
    if (isOpen() && bytes >= lastClosedFrom) {
      nextWaitNanos = FIRST_WAIT_NANOS;
    }
  }

  /**
   * The store has answered.
   *
   * @param bytes it was asked for
   * @return whether that opened it
   */
  public boolean probed(long bytes, boolean room, long nowNanos) {
    probeNanos = nowNanos + waitNanos;
    boolean opens = room && bytes == closedFrom;
    if (opens) {
      closedFrom = OPEN;
    }
    return opens;
  }
}
