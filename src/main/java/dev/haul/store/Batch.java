package dev.haul.store;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Bytes that follow each other and wait to be written together. */
final class Batch {
  /** Smaller chunks are copied together: as slices, each would keep a whole read buffer alive. */
  static final int CRUMB = 1 << 10;

  private static final int CRUMBS = 8 << 10;

  private List<ByteBuf> held = new ArrayList<>(4);
  private long start;
  private long bytes;

  Batch(long start) {
    this.start = start;
  }

  /** Takes over a buffer with bytes for the end. */
  void add(ByteBuf chunk, int size) {
    bytes += size;
    if (size >= CRUMB || held.isEmpty()) {
      held.add(chunk);
      return;
    }
    ByteBuf last = held.getLast();
    if (last.maxCapacity() != CRUMBS || last.writableBytes() < size) {
      last = chunk.alloc().directBuffer(CRUMBS, CRUMBS);
      held.add(last);
    }
    last.writeBytes(chunk);
    chunk.release();
  }

  /** Hands over the buffers; what comes next follows them. */
  List<ByteBuf> take() {
    List<ByteBuf> taken = held;
    held = new ArrayList<>(taken.size() + 1);
    start += bytes;
    bytes = 0;
    return taken;
  }

  /** The position of the first byte. */
  long start() {
    return start;
  }

  /** The position after the last. */
  long end() {
    return start + bytes;
  }

  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return bytes == 0;
  }
}
