package dev.haul.zoom;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Says when the next request may go, evenly spaced, so that no second sees more than the account's
 * quota. A tenth is left, because requests that left evenly may arrive in a bunch. For any thread:
 * all that use the account share one, and two must not be given the same moment.
 */
final class Quota {
  private static final double USED = 0.9;

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
   * Takes the next free moment.
   *
   * @param now nanoseconds of a clock that only goes on
   * @return the same clock's moment at which to send, now or later
   */
  synchronized long reserve(RequestClass kind, long now) {
    long free = next.getOrDefault(kind, now);
    long at = free - now > 0 ? free : now;
    next.put(kind, at + intervals.getOrDefault(kind, 0L));
    return at;
  }

  /** Lets nobody send before a moment, because Zoom said so. */
  synchronized void holdBack(RequestClass kind, long until) {
    long free = next.getOrDefault(kind, until);
    next.put(kind, until - free > 0 ? until : free);
  }
}
