package dev.haul.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one worker runs, in a file that is memory: a note costs no system call, and the kernel keeps
 * it when the process is killed. It is locked for as long as the process lives.
 *
 * <pre>
 * file = int 1 when the worker stops in order, else 0; slots of 280 bytes each
 * slot = int 1 when in use, else 0; int deaths; long offset; int partition; int length; topic
 * </pre>
 */
final class RunningFile {
  static final String ENDING = ".jobs";

  private static final int HEADER = 8;
  private static final int SLOT = 280;
  private static final int DEATHS = 4;
  private static final int OFFSET = 8;
  private static final int PARTITION = 16;
  private static final int LENGTH = 20;
  private static final int TOPIC = 24;

  /** A job that ran. */
  record Entry(Position position, int deaths) {}

  private final Path path;
  private final FileChannel channel;
  private final MappedByteBuffer memory;
  private final Deque<Integer> free = new ArrayDeque<>();
  private final Map<Position, Integer> used = new HashMap<>();

  private RunningFile(Path path, FileChannel channel, MappedByteBuffer memory, int slots) {
    this.path = path;
    this.channel = channel;
    this.memory = memory;
    for (int slot = 0; slot < slots; slot++) {
      free.add(HEADER + slot * SLOT);
    }
  }

  /** Creates one and locks it. */
  static RunningFile create(Path path, int slots) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new IOException(path + " is locked by somebody else");
      }
      int size = HEADER + slots * SLOT;
      // A page without a block kills whoever writes to it when the disk is full.
      for (ByteBuffer zeros = ByteBuffer.allocate(size); zeros.hasRemaining(); ) {
        channel.write(zeros);
      }
      return new RunningFile(path, channel, channel.map(MapMode.READ_WRITE, 0, size), slots);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** What ran when its worker died; null when the worker lives. */
  static @Nullable List<Entry> autopsy(Path path) throws IOException {
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null ? null : entries(ByteBuffer.wrap(Files.readAllBytes(path)));
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static List<Entry> entries(ByteBuffer file) {
    List<Entry> entries = new ArrayList<>();
    if (file.limit() < HEADER || file.getInt(0) != 0) {
      return entries;
    }
    for (int slot = HEADER; slot + SLOT <= file.limit(); slot += SLOT) {
      int length = file.getInt(slot + LENGTH);
      if (file.getInt(slot) == 1 && length > 0 && length <= SLOT - TOPIC) {
        var topic = new byte[length];
        file.get(slot + TOPIC, topic);
        var partition = new Partition(new String(topic, US_ASCII), file.getInt(slot + PARTITION));
        var position = new Position(partition, file.getLong(slot + OFFSET));
        entries.add(new Entry(position, file.getInt(slot + DEATHS)));
      }
    }
    return entries;
  }

  Path path() {
    return path;
  }

  /** Notes a job, unless all slots are taken. */
  void add(Position position, int deaths) {
    Integer slot = free.poll();
    if (slot == null) {
      return;
    }
    byte[] topic = position.partition().topic().getBytes(US_ASCII);
    memory.putInt(slot + DEATHS, deaths);
    memory.putLong(slot + OFFSET, position.offset());
    memory.putInt(slot + PARTITION, position.partition().number());
    memory.putInt(slot + LENGTH, topic.length);
    memory.put(slot + TOPIC, topic);
    // A worker that dies here must not leave a note that is half another one's.
    VarHandle.releaseFence();
    memory.putInt(slot, 1);
    used.put(position, slot);
  }

  /** Leaves a job out of what ran, while it runs. */
  void excuse(Position position) {
    Integer slot = used.get(position);
    if (slot != null) {
      memory.putInt(slot, 0);
    }
  }

  void remove(Position position) {
    Integer slot = used.remove(position);
    if (slot != null) {
      memory.putInt(slot, 0);
      VarHandle.releaseFence();
      free.push(slot);
    }
  }

  /** From now on an end of the process is no death. */
  void stopInOrder() {
    memory.putInt(0, 1);
  }

  void close() throws IOException {
    Files.deleteIfExists(path);
    channel.close();
  }
}
