package dev.haul.zoom;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Says when the next request may go: a fixed time after the last one went, so that no second sees
 * more than the account's quota. It counts from when a request really went, not from when it was
 * meant to: threads that wake up late do not go together. A fifth of the quota is left, because
 * requests may still arrive in a bunch, and others use the account too. For any thread: a pause
 * that one is asked for holds for all.
 */
final class Quota {
  private static final double USED = 0.8;

  private final Map<RequestClass, Long> intervals = new EnumMap<>(RequestClass.class);
  private final Map<RequestClass, Long> next = new EnumMap<>(RequestClass.class);

  Quota(int lightPerSecond, int mediumPerSecond) {
    intervals.put(RequestClass.LIGHT, interval(lightPerSecond));
    intervals.put(RequestClass.MEDIUM, interval(mediumPerSecond));
  }

  private static long interval(int perSecond) {
    return (long) Math.ceil(Duration.ofSeconds(1).toNanos() / (perSecond * USED));
  }

  /**
   * Takes the right to send, if it is there.
   *
   * @param now nanoseconds of a clock that only goes on
   * @return 0 when the caller may send; else the nanoseconds after which to ask again
   */
  synchronized long take(RequestClass kind, long now) {
    long left = next.getOrDefault(kind, now) - now;
    if (left > 0) {
      return left;
    }
    next.put(kind, now + intervals.getOrDefault(kind, 0L));
    return 0;
  }

  /** Lets nobody send before a moment, because Zoom said so. */
  synchronized void holdBack(RequestClass kind, long until) {
    long free = next.getOrDefault(kind, until);
    next.put(kind, until - free > 0 ? until : free);
  }
}
