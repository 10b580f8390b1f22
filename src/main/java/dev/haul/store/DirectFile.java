package dev.haul.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The bytes of a part on their way past the page cache, one after the other: whole blocks, of which
 * some are still being written when the next ones come. Used by one thread of the store after the
 * other.
 */
final class DirectFile {
  /**
   * So many writes are under way at most, while the bytes of the next one are hashed. Where both
   * cores are busy, the disk answers late: with one less, a file took a tenth longer.
   */
  private static final int MOST = 3;

  /**
   * A write under way.
   *
   * @param heldNanos for how long it has kept a thread from other work so far
   */
  private record Begun(Aio.Writer writer, long position, long heldNanos) {}

  private final DirectDisk disk;
  private final int file;

  /** For what is less than a block, and for what could not be written. */
  private final FileChannel cached;

  /** Bytes behind the last whole block. */
  private final ByteBuffer tail;

  /** The position after these. */
  private long end;

  private final Deque<Begun> underWay = new ArrayDeque<>(MOST);
  private boolean closed;

  /**
   * @param file its descriptor
   */
  DirectFile(DirectDisk disk, int file, FileChannel cached) {
    this.disk = disk;
    this.file = file;
    this.cached = cached;
    this.tail = ByteBuffer.allocate(disk.block());
  }

  static DirectFile open(DirectDisk disk, Path path, FileChannel cached) throws IOException {
    return new DirectFile(disk, disk.open(path), cached);
  }

  /**
   * Takes bytes that follow those before, unless these were flushed.
   *
   * @param batch is left as it is
   * @return false when the page cache has to take them; all before them is in the file then
   * @throws IOException when these or earlier bytes cannot be written
   */
  boolean write(long position, ByteBuffer[] batch) throws IOException {
    if (closed) {
      throw new IOException("the part file is closed");
    }
    if (underWay.size() == MOST) {
      finish(underWay.remove());
    }
    Aio.Writer writer = disk.take();
    if (writer == null) {
      flush();
      return false;
    }
    int whole = 0;
    try {
      ByteBuffer buffer = writer.bytes();
      long start = position - tail.position();
      buffer.put(tail.flip());
      tail.clear();
      for (ByteBuffer each : batch) {
        start = gather(each.duplicate(), writer, start);
      }
      int size = buffer.position();
      end = start + size;
      whole = size & -disk.block();
      tail.put(buffer.slice(whole, size - whole));
      buffer.flip().limit(whole);
      if (whole > 0) {
        underWay.add(begin(writer, start));
      }
    } finally {
      if (whole == 0) {
        disk.giveBack(writer);
      }
    }
    return true;
  }

  /** Answers where the buffer begins now. */
  private long gather(ByteBuffer bytes, Aio.Writer writer, long begun) throws IOException {
    ByteBuffer buffer = writer.bytes();
    long start = begun;
    int head = (int) (-start & (disk.block() - 1));
    if (head > 0) {
      int size = Math.min(head, bytes.remaining());
      writeCached(bytes.slice(bytes.position(), size), start);
      bytes.position(bytes.position() + size);
      start += size;
    }
    while (bytes.hasRemaining()) {
      int size = Math.min(bytes.remaining(), buffer.remaining());
      buffer.put(buffer.position(), bytes, bytes.position(), size);
      buffer.position(buffer.position() + size);
      bytes.position(bytes.position() + size);
      if (!buffer.hasRemaining()) {
        complete(begin(writer, start));
        start += buffer.capacity();
        buffer.clear();
      }
    }
    return start;
  }

  private Begun begin(Aio.Writer writer, long position) {
    long since = System.nanoTime();
    writer.begin(file, position);
    return new Begun(writer, position, System.nanoTime() - since);
  }

  private void finish(Begun begun) throws IOException {
    try {
      complete(begun);
    } finally {
      disk.giveBack(begun.writer);
    }
  }

  /** What the system did not take, the page cache is given: it says why that cannot be. */
  private void complete(Begun begun) throws IOException {
    long since = System.nanoTime();
    int written = begun.writer.await();
    disk.held(begun.heldNanos + System.nanoTime() - since);
    ByteBuffer bytes = begun.writer.bytes();
    writeCached(bytes.slice(written, bytes.limit() - written), begun.position + written);
  }

  private void writeCached(ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += cached.write(bytes, at);
    }
  }

  /**
   * Called when the bytes for the next write are not here yet: the writers of those under way may
   * be wanted elsewhere.
   */
  void pause() throws IOException {
    if (disk.isShort()) {
      settle();
    }
  }

  private void settle() throws IOException {
    while (!underWay.isEmpty()) {
      finish(underWay.remove());
    }
  }

  /** Has all in the file that was taken before. */
  void flush() throws IOException {
    settle();
    long start = end - tail.position();
    writeCached(tail.flip(), start);
    tail.clear();
  }

  /** Gives up what was not flushed. */
  void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    while (!underWay.isEmpty()) {
      Begun begun = underWay.remove();
      try {
        int _ = begun.writer.await();
      } catch (IOException e) {
        // Nobody wants the bytes any more.
      } finally {
        disk.giveBack(begun.writer);
      }
    }
    disk.close(file);
  }
}
