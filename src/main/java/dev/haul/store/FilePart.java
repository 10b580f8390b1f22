package dev.haul.store;

import dev.haul.pipeline.Part;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part in the file system. A small body is held in memory to its end and written by the
 * publication; of a larger one, batches go to the threads of the store as they come.
 */
final class FilePart implements Part {
  /**
   * Bodies up to this are held, and batches are a little more; larger ones never measured faster.
   */
  static final int BATCH = 64 << 10;

  /** Smaller chunks are copied together: as slices, each would keep a whole read buffer alive. */
  static final int CRUMB = 1 << 10;

  private static final int CRUMBS = 8 << 10;
  private static final Logger LOG = LoggerFactory.getLogger(FilePart.class);

  private final PartFile file;
  private final Strand strand;

  // Of the owner: an event loop, then whoever the part was handed to.
  private List<ByteBuf> held = new ArrayList<>(4);
  private long heldBytes;
  private long bytes;
  private boolean streamed;
  private boolean over;

  // Between the owner and the strand.
  private final Backlog backlog = new Backlog();
  private volatile boolean broken;
  private volatile Runnable onRoom = () -> {};

  FilePart(PartFile file, Executor pool) {
    this.file = file;
    this.strand = new Strand(pool);
  }

  @Override
  public void append(ByteBuf chunk) {
    int size = chunk.readableBytes();
    if (size == 0 || over || broken) {
      chunk.release();
      return;
    }
    bytes += size;
    backlog.add(size);
    hold(chunk, size);
    if (heldBytes > BATCH) {
      stream();
    }
  }

  private void hold(ByteBuf chunk, int size) {
    heldBytes += size;
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

  private void stream() {
    List<ByteBuf> batch = held;
    long size = heldBytes;
    held = new ArrayList<>(batch.size() + 1);
    heldBytes = 0;
    streamed = true;
    strand.execute(() -> {
      try {
        write(batch);
      } catch (IOException | RuntimeException e) {
        // Shows when the part is published: the file remembers.
        broken = true;
      }
      if (backlog.remove(size)) {
        onRoom.run();
      }
    });
  }

  private void write(List<ByteBuf> batch) throws IOException {
    try {
      file.write(batch);
    } finally {
      batch.forEach(ByteBuf::release);
    }
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public boolean isFull() {
    return backlog.isFull();
  }

  @Override
  public void onRoom(Runnable action) {
    onRoom = action;
  }

  @Override
  public boolean isBroken() {
    return broken;
  }

  @Override
  public void discard() {
    if (over) {
      return;
    }
    over = true;
    if (streamed) {
      strand.execute(this::drop);
    } else {
      drop();
    }
  }

  /**
   * Takes the part from its owner; afterwards the store alone calls it.
   *
   * @return false when it was taken or discarded before
   */
  boolean handOver() {
    boolean taken = !over;
    over = true;
    return taken;
  }

  /** Whether some of the part has gone to the strand, where the rest must follow. */
  boolean isStreamed() {
    return streamed;
  }

  Strand strand() {
    return strand;
  }

  PartFile file() {
    return file;
  }

  /** Writes what is still held. */
  void writeRest() throws IOException {
    List<ByteBuf> rest = held;
    held = List.of();
    write(rest);
  }

  /** Removes all that is left of the part. */
  void drop() {
    held.forEach(ByteBuf::release);
    held = List.of();
    try {
      file.delete();
    } catch (IOException e) {
      LOG.warn("A part file could not be removed: {}", Refusal.reason(e));
    }
  }

  long queuedBytes() {
    return backlog.bytes();
  }
}
