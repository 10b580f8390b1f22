package dev.haul.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of one part that wait to be written, and is full from {@link #FULL} of them
 * until {@link #ROOM} or fewer are left.
 */
final class Backlog {
  /** Pausing here keeps a transfer running; measured against 256 KiB, which held up to 383 KiB. */
  static final long FULL = 192 << 10;

  static final long ROOM = 96 << 10;

  /**
   * Twice the bytes, plus one while full. One atomic word, because the event loop adds while a
   * writer takes away: were the mark kept apart from the count, a writer could empty the backlog
   * between the two and nobody would ever report room.
   */
  private final AtomicLong state = new AtomicLong();

  void add(long bytes) {
    state.updateAndGet(old -> word(bytes(old) + bytes, isFull(old)));
  }

  /** Takes away what was written and tells whether a full backlog has room again by that. */
  boolean remove(long bytes) {
    long old = state.getAndUpdate(word -> word(bytes(word) - bytes, isFull(word)));
    return isFull(old) && bytes(old) - bytes <= ROOM;
  }

  boolean isFull() {
    return isFull(state.get());
  }

  long bytes() {
    return bytes(state.get());
  }

  private static long word(long bytes, boolean wasFull) {
    boolean full = bytes >= FULL || (wasFull && bytes > ROOM);
    return bytes << 1 | (full ? 1 : 0);
  }

  private static long bytes(long word) {
    return word >> 1;
  }

  private static boolean isFull(long word) {
    return (word & 1) != 0;
  }
}
