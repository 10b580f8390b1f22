package dev.haul.store;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits all parts that wait by common syncs of the file system. One sync is both the first of
 * some parts, after which they are moved, and the second of those moved before, which are then
 * answered.
 *
 * <p>There is no thread for it: of those that bring parts, one leads as long as anything waits,
 * while the others go on writing.
 */
final class GroupCommit implements Commit {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  /** Writes out all data and names that the file system took before. */
  interface Sync extends Closeable {
    void sync() throws IOException;

    @Override
    default void close() throws IOException {}
  }

  /**
   * So that a common sync carries little of a stream. Beside one that comes as fast as the disk
   * takes it, 1 % of small parts took more than 0.1 s, and 0.4 to 0.6 s without; beside one of 200
   * MB/s, 20 ms. Less slows the stream down and helped little.
   */
  private static final long SYNC_EVERY = 8 << 20;

  private final Sync fileSystem;

  /**
   * Filled by whoever has written parts, emptied by the leader. What was written together stays
   * together: it shares its folders, which are synced once if they have to be.
   */
  private final Queue<List<WrittenPart>> waiting = new ConcurrentLinkedQueue<>();

  /** Whether somebody leads: what waits is synced and moved by one thread at a time. */
  private final AtomicBoolean led = new AtomicBoolean();

  GroupCommit(Sync fileSystem) {
    this.fileSystem = fileSystem;
  }

  @Override
  public long syncEvery() {
    return SYNC_EVERY;
  }

  @Override
  public void commit(List<WrittenPart> parts) {
    if (!parts.isEmpty()) {
      waiting.add(parts);
    }
    // Looks again after leading: another thread may have left a part to this one too late.
    while (!waiting.isEmpty() && led.compareAndSet(false, true)) {
      try {
        lead();
      } finally {
        led.set(false);
      }
    }
  }

  /** Called when all parts are committed. */
  @Override
  public void close() throws IOException {
    fileSystem.close();
  }

  private void lead() {
    List<WrittenPart> moved = new ArrayList<>();
    do {
      List<WrittenPart> written = takeAll();
      sync(written, moved);
      moved.forEach(WrittenPart::answer);
      written.removeIf(part -> !part.move());
      moved = written;
    } while (!moved.isEmpty() || !waiting.isEmpty());
  }

  private List<WrittenPart> takeAll() {
    List<WrittenPart> all = new ArrayList<>();
    for (List<WrittenPart> next = waiting.poll(); next != null; next = waiting.poll()) {
      all.addAll(next);
    }
    return all;
  }

  private void sync(List<WrittenPart> written, List<WrittenPart> moved) {
    try {
      fileSystem.sync();
    } catch (IOException | RuntimeException e) {
      // The error may be that of any file there, of any program: each part asks for its own.
      LOG.warn("The file system of a store could not be synced at once: {}", e.toString());
      written.removeIf(part -> !part.syncFile());
      moved.removeIf(part -> !part.syncName());
    }
  }
}
