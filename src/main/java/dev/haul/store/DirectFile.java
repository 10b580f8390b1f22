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
   * So many writes are under way at most, while the bytes of the next one are hashed. Where a core
   * is idle, the disk answers late: with one less, a file over TLS took a tenth longer.
   */
  private static final int MOST = 2;

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
   * @param group if it is loose, is left with the bytes that were not taken
   * @return false when the page cache has to take these; all before them is in the file then
   * @throws IOException when these or earlier bytes cannot be written
   */
  boolean write(Group group) throws IOException {
    if (closed) {
      throw new IOException("the part file is closed");
    }
    return switch (group) {
      case Gathered gathered -> {
        makeRoom();
        send(gathered);
        yield true;
      }
      case Loose loose -> gather(loose);
    };
  }

  private boolean gather(Loose bytes) throws IOException {
    while (bytes.size() > 0) {
      makeRoom();
      Gathered next = Gathered.begin(disk, bytes);
      if (next == null) {
        flush();
        return false;
      }
      try {
        send(next);
      } finally {
        next.release();
      }
    }
    return true;
  }

  private void makeRoom() throws IOException {
    if (underWay.size() == MOST) {
      finish(underWay.remove());
    }
  }

  private void send(Gathered bytes) throws IOException {
    ByteBuffer memory = bytes.memory();
    int to = bytes.to();
    int from = bytes.from();
    if (tail.position() == from) {
      memory.put(0, tail.flip(), 0, from);
      from = 0;
    } else {
      // The block has earlier bytes in the file.
      int head = Math.min(disk.block(), to) - from;
      writeCached(memory.slice(from, head), bytes.position());
      from += head;
    }
    tail.clear();
    end = bytes.position() + bytes.size();
    int whole = Math.max(to & -disk.block(), from);
    tail.put(memory.slice(whole, to - whole));
    if (whole > from) {
      long position = end - (to - from);
      Aio.Writer writer = bytes.take();
      writer.bytes().limit(whole).position(from);
      underWay.add(begin(writer, position));
    }
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
    writeCached(
        bytes.slice(bytes.position() + written, bytes.remaining() - written),
        begun.position + written);
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
