package dev.haul.store;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are in the memory of a writer, each as far behind the begin of a block there as in the
 * file. Used by one thread after the other, which has reserved it.
 */
final class Gathered implements Group {
  private final DirectDisk disk;
  private final long position;
  private final int from;
  private Aio.@Nullable Writer writer;

  /** The owner of a part looks at it before it reserves it: what it sees may not be so then. */
  private final ByteBuffer memory;

  private final AtomicBoolean reserved = new AtomicBoolean();

  private Gathered(DirectDisk disk, long position, Aio.Writer writer) {
    this.disk = disk;
    this.position = position;
    this.from = (int) (position & (disk.block() - 1));
    this.writer = writer;
    this.memory = writer.bytes().duplicate().position(from);
  }

  /** Takes as many of the bytes as there is room for; null when no writer is free. */
  static @Nullable Gathered begin(DirectDisk disk, Loose bytes) {
    Aio.Writer writer = disk.take();
    if (writer == null) {
      return null;
    }
    var begun = new Gathered(disk, bytes.position(), writer);
    begun.add(bytes);
    return begun;
  }

  /** Takes it for this thread; false when another has it. */
  boolean reserve() {
    return reserved.compareAndSet(false, true);
  }

  /** Lets another thread reserve it. */
  void offer() {
    reserved.set(false);
  }

  /** Whether there is room for the byte at that position, and it is the next. */
  boolean takes(long next) {
    return next == position + size() && memory.hasRemaining();
  }

  /** Takes as many of the bytes as there is room for. */
  void add(Loose next) {
    next.moveTo(memory);
  }

  @Override
  public long position() {
    return position;
  }

  /** Where in the memory the first byte is. */
  int from() {
    return from;
  }

  /** Where the last one ends. */
  int to() {
    return memory.position();
  }

  ByteBuffer memory() {
    return memory;
  }

  @Override
  public long size() {
    return (long) memory.position() - from;
  }

  @Override
  public ByteBuffer[] bytes() {
    return new ByteBuffer[] {memory.slice(from, memory.position() - from)};
  }

  /** Hands over the writer. */
  Aio.Writer take() {
    Aio.Writer taken = writer;
    if (taken == null) {
      throw new IllegalStateException("the writer was given away");
    }
    writer = null;
    return taken;
  }

  @Override
  public void release() {
    if (writer != null) {
      disk.giveBack(take());
    }
  }
}
