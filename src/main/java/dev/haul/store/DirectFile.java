package dev.haul.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a part on their way past the page cache, one after the other: whole blocks, written
 * behind. Used by one thread of the store after the other.
 */
final class DirectFile {
  private final DirectDisk disk;
  private final FileChannel file;

  /** For what is less than a block. */
  private final FileChannel cached;

  /** Bytes behind the last whole block. */
  private final ByteBuffer tail;

  /** The position after these. */
  private long end;

  /** The last write, until it was waited for. */
  private @Nullable FutureTask<Void> writing;

  private DirectFile(DirectDisk disk, FileChannel file, FileChannel cached) {
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
    ByteBuffer buffer = disk.take();
    if (buffer == null) {
      flush();
      return false;
    }
    long start = position - tail.position();
    try {
      buffer.put(tail.flip());
      tail.clear();
      for (ByteBuffer each : batch) {
        start = gather(each.duplicate(), buffer, start);
      }
      await();
    } catch (Throwable e) {
      disk.giveBack(buffer);
      throw e;
    }
    int size = buffer.position();
    end = start + size;
    int whole = size & -disk.block();
    tail.put(buffer.slice(whole, size - whole));
    buffer.flip().limit(whole);
    if (whole > 0) {
      writeBehind(buffer, start);
    } else {
      disk.giveBack(buffer);
    }
    return true;
  }

  /** Answers where the buffer begins now. */
  private long gather(ByteBuffer bytes, ByteBuffer buffer, long begun) throws IOException {
    long start = begun;
    int head = (int) (-start & (disk.block() - 1));
    if (head > 0) {
      int size = Math.min(head, bytes.remaining());
      writeFully(cached, bytes.slice(bytes.position(), size), start);
      bytes.position(bytes.position() + size);
      start += size;
    }
    while (bytes.hasRemaining()) {
      int size = Math.min(bytes.remaining(), buffer.remaining());
      buffer.put(buffer.position(), bytes, bytes.position(), size);
      buffer.position(buffer.position() + size);
      bytes.position(bytes.position() + size);
      if (!buffer.hasRemaining()) {
        writeFully(file, buffer.flip(), start);
        start += buffer.limit();
        buffer.clear();
      }
    }
    return start;
  }

  private void writeBehind(ByteBuffer blocks, long position) {
    var task =
        new FutureTask<Void>(() -> {
          try {
            long begin = System.nanoTime();
            writeFully(file, blocks, position);
            disk.wrote(System.nanoTime() - begin);
          } finally {
            disk.giveBack(blocks);
          }
          return null;
        });
    writing = task;
    disk.execute(task);
  }

  /** Waits for the last write, or does it when nobody has come to it yet. */
  private void await() throws IOException {
    FutureTask<Void> task = writing;
    if (task == null) {
      return;
    }
    writing = null;
    task.run();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  /** Has all in the file that was taken before. */
  void flush() throws IOException {
    await();
    long start = end - tail.position();
    writeFully(cached, tail.flip(), start);
    tail.clear();
  }

  /** Gives up what was not flushed. */
  void close() throws IOException {
    try {
      await();
    } catch (IOException e) {
      // Nobody wants the bytes any more.
    }
    file.close();
  }
}
