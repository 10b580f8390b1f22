package dev.haul.store;

import dev.haul.policy.DiskPace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to write past the page cache of one file system ({@code O_DIRECT}): blocks,
 * buffers, and an eye on how long writes take. A page that is only written costs more than the
 * bytes in it: it is found, filled, written back and given up again.
 */
final class DirectDisk {
  /**
   * Written at a time. Larger writes take less of the processor and more memory: smaller ones of
   * 192 KiB took a tenth more time where both cores are busy.
   */
  static final int BUFFER = 256 << 10;

  /** Where it is known to be what it says: others write through their caches all the same. */
  private static final Set<String> FILE_SYSTEMS = Set.of("ext4", "xfs");

  /** One for each write that waits or is under way; without one, the page cache is used. */
  static final int WRITERS = 32;

  private static final int CLOSERS = 4;

  private final int block;
  private final Aio aio;
  private final DiskPace pace = new DiskPace();
  private final Deque<Aio.Writer> idle = new ArrayDeque<>();

  /** As many as the system grants. */
  private int most = WRITERS;

  private int made;
  private boolean closed;

  private DirectDisk(int block, Aio aio) {
    this.block = block;
    this.aio = aio;
  }

  /**
   * Null where that is not to be had.
   *
   * @param folder where a file can be written to try it
   */
  static @Nullable DirectDisk find(Path folder) throws IOException {
    Aio aio = Aio.find();
    if (aio == null || !FILE_SYSTEMS.contains(Files.getFileStore(folder).type())) {
      return null;
    }
    long block = Files.getFileStore(folder).getBlockSize();
    if (block < 512 || BUFFER % block != 0) {
      return null;
    }
    var disk = new DirectDisk((int) block, aio);
    if (disk.serves(folder)) {
      return disk;
    }
    disk.close();
    return null;
  }

  private boolean serves(Path folder) throws IOException {
    Path probe = folder.resolve(".haul-direct-" + UUID.randomUUID());
    Files.createFile(probe);
    try {
      int descriptor = aio.open(probe);
      try {
        return writes(descriptor);
      } finally {
        aio.close(descriptor);
      }
    } catch (IOException | IllegalStateException e) {
      return false;
    } finally {
      Files.delete(probe);
    }
  }

  private boolean writes(int descriptor) throws IOException {
    Aio.Writer writer = take();
    if (writer == null) {
      return false;
    }
    try {
      writer.bytes().limit(block);
      writer.begin(descriptor, 0);
      return writer.await() == block;
    } finally {
      giveBack(writer);
    }
  }

  /** Opens a file that is there; answers its descriptor. */
  int open(Path file) throws IOException {
    return aio.open(file);
  }

  void close(int descriptor) throws IOException {
    aio.close(descriptor);
  }

  /** What positions, lengths and addresses must be multiples of. */
  int block() {
    return block;
  }

  /** Whether most writers are lent. */
  synchronized boolean isShort() {
    return made - idle.size() > most / 2;
  }

  /** A thread was held by a write. */
  void held(long nanos) {
    pace.wrote(nanos, System.nanoTime());
  }

  /** One with no bytes; null while none is free, or the disk is better served by the page cache. */
  synchronized Aio.@Nullable Writer take() {
    if (closed || !pace.isQuick(System.nanoTime())) {
      return null;
    }
    Aio.Writer writer = idle.poll();
    if (writer == null && made < most) {
      try {
        writer = aio.writer(buffer());
        made++;
      } catch (IOException | OutOfMemoryError e) {
        // Others have what there is of the system's contexts (fs.aio-max-nr), or of memory outside
        // the heap; the page cache needs neither.
        most = made;
        return null;
      }
    }
    return writer;
  }

  synchronized void giveBack(Aio.Writer writer) {
    writer.bytes().clear();
    if (closed) {
      writer.close();
    } else {
      // Those used last are in the processor's caches.
      idle.push(writer);
    }
  }

  private ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(BUFFER + block).alignedSlice(block).slice(0, BUFFER);
  }

  /** Lends no writer any more. */
  synchronized void close() {
    closed = true;
    // Each waits for the system.
    try (var threads = Executors.newFixedThreadPool(CLOSERS)) {
      idle.forEach(writer -> threads.execute(writer::close));
    }
    idle.clear();
  }
}
