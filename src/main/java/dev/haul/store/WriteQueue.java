package dev.haul.store;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Bytes of a part on their way from its owner to its strand, in the order in which they came. */
final class WriteQueue {
  /** What follows each other is written together, up to this. */
  private static final long MOST = DirectDisk.BUFFER;

  /**
   * @param position of the first byte
   * @param size of all buffers
   */
  record Group(long position, long size, List<ByteBuf> buffers) {}

  private final Queue<Group> waiting = new ConcurrentLinkedQueue<>();

  void add(Batch batch) {
    waiting.add(new Group(batch.start(), batch.bytes(), batch.take()));
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** What waits longest, with what goes on with it; null when nothing waits. */
  @Nullable Group next() {
    Group first = waiting.poll();
    if (first == null) {
      return null;
    }
    long size = first.size;
    for (Group next = waiting.peek();
        next != null && next.position == first.position + size && size + next.size <= MOST;
        next = waiting.peek()) {
      first.buffers.addAll(next.buffers);
      size += next.size;
      waiting.remove();
    }
    return new Group(first.position, size, first.buffers);
  }
}
