package dev.haul.store;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The memory for the bytes of all uploads of a store, outside the heap, in slabs that are made once
 * and used again. Whoever asks gets all it wants at once or waits in line; so nobody holds a half
 * while others hold the rest, and none is passed by.
 */
final class S3Memory {
  static final int SLAB = 256 << 10;

  private record Waiter(int slabs, Consumer<List<ByteBuffer>> action) {}

  /** Freed with the store that it belongs to. */
  private final Arena arena = Arena.ofAuto();

  private final int most;
  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private final Deque<Waiter> waiting = new ArrayDeque<>();
  private int used;

  S3Memory(long bytes) {
    this.most = slabs(bytes);
  }

  static int slabs(long bytes) {
    return (int) Math.max(1, (bytes + SLAB - 1) / SLAB);
  }

  /** Whether so many bytes can ever be had. */
  boolean holds(long bytes) {
    return slabs(bytes) <= most;
  }

  /** Bytes in use. */
  synchronized long used() {
    return (long) used * SLAB;
  }

  /** Whether somebody is in line: who is not has got what was asked for. */
  synchronized boolean isShort() {
    return !waiting.isEmpty();
  }

  /**
   * Asks for memory.
   *
   * @param action told the slabs, empty ones, once they are there: at once on this thread, or on
   *     that of whoever gives them back
   */
  void take(long bytes, Consumer<List<ByteBuffer>> action) {
    synchronized (this) {
      waiting.add(new Waiter(slabs(bytes), action));
    }
    serve();
  }

  /** Gives slabs back. */
  void give(List<ByteBuffer> slabs) {
    synchronized (this) {
      used -= slabs.size();
      // The last used are most likely in a cache of the processor.
      slabs.forEach(free::push);
    }
    serve();
  }

  /** Outside the lock, an action may ask again. */
  private void serve() {
    while (true) {
      Waiter next;
      List<ByteBuffer> slabs;
      synchronized (this) {
        next = waiting.peek();
        if (next == null || next.slabs > most - used) {
          return;
        }
        waiting.remove();
        used += next.slabs;
        slabs = slabs(next.slabs);
      }
      next.action.accept(slabs);
    }
  }

  private List<ByteBuffer> slabs(int count) {
    var slabs = new ArrayList<ByteBuffer>(count);
    while (slabs.size() < count) {
      ByteBuffer slab = free.poll();
      if (slab == null) {
        slab = arena.allocate(SLAB).asByteBuffer();
      }
      slabs.add(slab.clear());
    }
    return slabs;
  }
}
