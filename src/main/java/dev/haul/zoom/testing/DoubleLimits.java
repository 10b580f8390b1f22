package dev.haul.zoom.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/** A quota of requests in any second, and how near it people came. Belongs to one thread. */
final class DoubleLimits {
  private static final long SECOND = 1_000_000_000;

  private final int perSecond;
  private final Deque<Long> recent = new ArrayDeque<>();
  private volatile int most;
  private final AtomicInteger refused = new AtomicInteger();

  DoubleLimits(int perSecond) {
    this.perSecond = perSecond;
  }

  int perSecond() {
    return perSecond;
  }

  /** Whether one more fits into the second that ends now. */
  boolean takes(long nanos) {
    while (!recent.isEmpty() && nanos - recent.peekFirst() >= SECOND) {
      recent.removeFirst();
    }
    most = Math.max(most, recent.size() + 1);
    if (recent.size() >= perSecond) {
      refused.incrementAndGet();
      return false;
    }
    recent.addLast(nanos);
    return true;
  }

  int left() {
    return Math.max(0, perSecond - recent.size());
  }

  /** The most that came within a second. */
  int most() {
    return most;
  }

  /** Requests beyond the quota. */
  int refused() {
    return refused.get();
  }
}
