package dev.haul.store;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a part on their way from its owner to its strand, in the order in which they came. The
 * owner copies them to where the disk takes them, so that the strand has less to do: hashing is the
 * slowest part of a fast transfer. None of the two waits for the other here.
 */
final class WriteQueue {
  /** Buffers that follow each other are written together, up to this. */
  private static final long MOST = DirectDisk.BUFFER;

  private final Queue<Group> waiting = new ConcurrentLinkedQueue<>();

  /**
   * Of the owner: what it may still add to, unless the strand has taken it. Null unless nothing was
   * added after it: {@link #next} answers null while it grows, and one more call makes up for that
   * only when nothing waits behind it.
   */
  private @Nullable Gathered last;

  /**
   * @param disk to whose writers the bytes are copied while some are free; null for none
   * @return how often {@link #next} must be called for it
   */
  int add(Batch batch, @Nullable DirectDisk disk) {
    var loose = new Loose(batch.start(), batch.take());
    int calls = 0;
    if (last != null && last.takes(loose.position()) && last.reserve()) {
      calls++;
      try {
        last.add(loose);
      } finally {
        last.offer();
      }
    }
    while (disk != null && loose.size() > 0) {
      last = Gathered.begin(disk, loose);
      if (last == null) {
        break;
      }
      waiting.add(last);
      calls++;
    }
    if (loose.size() == 0) {
      loose.release();
      return calls;
    }
    last = null;
    waiting.add(loose);
    return calls + 1;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** What waits longest, with what goes on with it; null when nothing waits, or is added to. */
  @Nullable Group next() {
    Group first = waiting.peek();
    if (first == null || (first instanceof Gathered gathered && !gathered.reserve())) {
      return null;
    }
    waiting.remove();
    if (first instanceof Loose loose) {
      while (waiting.peek() instanceof Loose next && loose.goesOnWith(next, MOST)) {
        loose.add(next);
        waiting.remove();
      }
    }
    return first;
  }
}
