package dev.haul.store;

import dev.haul.policy.DiskPace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to write past the page cache of one file system ({@code O_DIRECT}): blocks,
 * buffers, and an eye on how long writes take. A page that is only written costs more than the
 * bytes in it: it is found, filled, written back and given up again.
 */
final class DirectDisk {
  /**
   * Written at a time, with what an earlier write has left of a block. Larger writes take less of
   * the processor, and more of the disk in the same time.
   */
  static final int BUFFER = 256 << 10;

  /** Where it is known to be what it says: others write through their caches all the same. */
  private static final Set<String> FILE_SYSTEMS = Set.of("ext4", "xfs");

  /** One for each write under way, and not for each part; without one, the page cache is used. */
  static final int BUFFERS = 32;

  /** Null where the JDK has none. By name, as the compiler warns of its package. */
  private static final @Nullable OpenOption DIRECT = option();

  private final int block;
  private final StorePool writers;
  private final DiskPace pace = new DiskPace();
  private final Deque<ByteBuffer> idle = new ArrayDeque<>();
  private int made;

  private DirectDisk(int block, StorePool writers) {
    this.block = block;
    this.writers = writers;
  }

  private static @Nullable OpenOption option() {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return (OpenOption) options.getField("DIRECT").get(null);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /**
   * Null where that is not to be had.
   *
   * @param folder where a file can be written to try it
   * @param writers run what is written behind
   */
  static @Nullable DirectDisk find(Path folder, StorePool writers) throws IOException {
    if (DIRECT == null || !FILE_SYSTEMS.contains(Files.getFileStore(folder).type())) {
      return null;
    }
    long block = Files.getFileStore(folder).getBlockSize();
    if (block < 512 || BUFFER % block != 0) {
      return null;
    }
    var disk = new DirectDisk((int) block, writers);
    Path probe = folder.resolve(".haul-direct-" + UUID.randomUUID());
    Files.createFile(probe);
    try (FileChannel file = disk.open(probe)) {
      file.write(disk.buffer().limit((int) block), 0);
      return disk;
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    } finally {
      Files.delete(probe);
    }
  }

  FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.WRITE, DIRECT);
  }

  /** What positions, lengths and addresses must be multiples of. */
  int block() {
    return block;
  }

  /** Runs a task on another thread, if one has nothing to do. */
  void execute(Runnable task) {
    if (writers.isIdle()) {
      writers.execute(task);
    } else {
      task.run();
    }
  }

  /** A buffer was written. */
  void wrote(long tookNanos) {
    pace.wrote(tookNanos, System.nanoTime());
  }

  /** An empty buffer; null while none is free, or the disk is better served by the page cache. */
  synchronized @Nullable ByteBuffer take() {
    if (!pace.isQuick(System.nanoTime())) {
      return null;
    }
    ByteBuffer buffer = idle.poll();
    if (buffer == null && made < BUFFERS) {
      try {
        buffer = buffer();
        made++;
      } catch (OutOfMemoryError e) {
        // What is outside the heap has other users; the page cache needs none of it.
        return null;
      }
    }
    return buffer;
  }

  synchronized void giveBack(ByteBuffer buffer) {
    // Those used last are in the processor's caches.
    idle.push(buffer.clear());
  }

  private ByteBuffer buffer() {
    int size = BUFFER + block;
    return ByteBuffer.allocateDirect(size + block).alignedSlice(block).slice(0, size);
  }
}
