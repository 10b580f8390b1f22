package dev.haul.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of one part that wait to be written or are being written, and is full from a
 * limit on until no more than half of it is left.
 */
final class Backlog {
  /** Set by the part's owner; a writer may be one limit behind. */
  private volatile long limit;

  /**
   * Twice the bytes, plus one while full. One atomic word, because the event loop adds while a
   * writer takes away: were the mark kept apart from the count, a writer could empty the backlog
   * between the two and nobody would ever report room.
   */
  private final AtomicLong state = new AtomicLong();

  Backlog(long limit) {
    this.limit = limit;
  }

  /** Counts for the next bytes. */
  void limit(long bytes) {
    limit = bytes;
  }

  void add(long bytes) {
    state.updateAndGet(old -> {
      long sum = bytes(old) + bytes;
      return word(sum, isFull(old) || sum >= limit);
    });
  }

  /** Takes away what was written and tells whether a full backlog has room again by that. */
  boolean remove(long bytes) {
    while (true) {
      long old = state.get();
      long rest = bytes(old) - bytes;
      boolean full = isFull(old) && rest > limit / 2;
      if (state.compareAndSet(old, word(rest, full))) {
        return isFull(old) && !full;
      }
    }
  }

  boolean isFull() {
    return isFull(state.get());
  }

  long bytes() {
    return bytes(state.get());
  }

  private static long word(long bytes, boolean full) {
    return bytes << 1 | (full ? 1 : 0);
  }

  private static long bytes(long word) {
    return word >> 1;
  }

  private static boolean isFull(long word) {
    return (word & 1) != 0;
  }
}
