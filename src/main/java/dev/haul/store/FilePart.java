package dev.haul.store;

import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.policy.ByteRange;
import dev.haul.policy.Ranges;
import dev.haul.policy.Representation;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

  private static final Logger LOG = LoggerFactory.getLogger(FilePart.class);

  private final PartKey key;
  private final PartFile file;
  private final Strand strand;
  private final KeptParts kept;
  private final WriteMemory memory;

  // Of the owner: an event loop, then whoever the part was handed to.
  private final Ranges ranges;
  private final List<Batch> batches = new ArrayList<>(1);
  private boolean streamed;
  private boolean over;

  // Between the owner and the strand.
  private final Backlog backlog;
  private final WriteQueue queue = new WriteQueue();
  private volatile boolean broken;
  private volatile Runnable onRoom = () -> {};

  /** A part without bytes. */
  FilePart(PartKey key, PartFile file, Strand strand, KeptParts kept, WriteMemory memory) {
    this(key, file, strand, kept, memory, List.of());
  }

  /**
   * A part that goes on.
   *
   * @param here the bytes that are in the file
   */
  FilePart(
      PartKey key,
      PartFile file,
      Strand strand,
      KeptParts kept,
      WriteMemory memory,
      List<ByteRange> here) {
    this.key = key;
    this.file = file;
    this.strand = strand;
    this.kept = kept;
    this.memory = memory;
    this.backlog = new Backlog(memory.share(1));
    this.ranges = Ranges.of(here);
    if (!here.isEmpty()) {
      begin();
    }
  }

  @Override
  public void write(long position, ByteBuf bytes) {
    int size = bytes.readableBytes();
    if (size == 0 || over || broken) {
      bytes.release();
      return;
    }
    ranges.add(position, position + size);
    backlog.add(size);
    Batch batch = batchTo(position);
    batch.add(bytes, size);
    if (batch.bytes() > BATCH) {
      stream(batch);
    }
    if (backlog.isFull()) {
      // What is held may be more than a part with room holds: nothing else would make room, and no
      // connection is read on until there is.
      batches.forEach(this::stream);
    }
  }

  private Batch batchTo(long position) {
    for (Batch batch : batches) {
      if (batch.end() == position) {
        return batch;
      }
    }
    batches.removeIf(Batch::isEmpty);
    var batch = new Batch(position);
    batches.add(batch);
    return batch;
  }

  private void stream(Batch batch) {
    if (batch.isEmpty()) {
      return;
    }
    if (!streamed) {
      begin();
    }
    backlog.limit(memory.share(batches.size()));
    for (int calls = queue.add(batch, direct(batch)); calls > 0; calls--) {
      strand.execute(this::writeNext);
    }
  }

  /** Where the owner copies bytes to, for the strand; null to leave that to it. */
  private @Nullable DirectDisk direct(Batch batch) {
    DirectDisk direct = file.direct(ranges.bytes());
    boolean inOrder = ranges.bytes() == batch.end() && ranges.prefix() == batch.end();
    return direct != null && inOrder && !direct.isShort() ? direct : null;
  }

  private void begin() {
    streamed = true;
    memory.begin();
  }

  private void end() {
    over = true;
    if (streamed) {
      memory.end();
    }
  }

  private void writeNext() {
    Group group = queue.next();
    if (group == null) {
      return;
    }
    long size = group.size();
    // What fails here shows when the part is published: the file remembers.
    try {
      write(group);
    } catch (IOException | RuntimeException | Error e) {
      broken = true;
    } finally {
      if (backlog.remove(size)) {
        onRoom.run();
      }
    }
    try {
      if (queue.isEmpty()) {
        file.pause();
      }
    } catch (IOException | RuntimeException | Error e) {
      broken = true;
    }
  }

  private void write(Group group) throws IOException {
    try {
      file.write(group);
    } finally {
      group.release();
    }
  }

  @Override
  public long bytes() {
    return ranges.bytes();
  }

  @Override
  public List<ByteRange> ranges() {
    return ranges.all();
  }

  @Override
  public @Nullable Representation representation() {
    return file.representation();
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
  public Future<Void> keep() {
    Representation representation = file.representation();
    if (over || !streamed || broken || representation == null) {
      discard();
      return Future.succeededFuture();
    }
    end();
    Promise<Void> done = Promise.promise();
    var part = new KeptParts.Kept(file, strand, representation.source(), bytes());
    strand.execute(() -> {
      try {
        writeRest();
        file.rest();
      } catch (IOException | RuntimeException e) {
        // Shows when it is taken up again.
        LOG.debug("A part was not kept: {}", e.toString());
      } finally {
        release();
      }
      done.complete();
    });
    // Whoever takes it up waits for the task above, since it uses the same strand.
    drop(kept.put(key.partition(), key.name(), part));
    return done.future();
  }

  @Override
  public void discard() {
    if (over) {
      return;
    }
    end();
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
    if (over) {
      return false;
    }
    end();
    return true;
  }

  /** Whether some of the part has gone to the strand, where the rest must follow. */
  boolean isStreamed() {
    return streamed;
  }

  PartKey key() {
    return key;
  }

  Strand strand() {
    return strand;
  }

  PartFile file() {
    return file;
  }

  /** Writes what is still held. */
  void writeRest() throws IOException {
    if (batches.isEmpty()) {
      // A file without bytes is a file too.
      write(new Loose(0, List.of()));
    }
    for (Batch batch : batches) {
      write(new Loose(batch.start(), batch.take()));
    }
  }

  /** Removes all that is left of the part. */
  void drop() {
    release();
    delete(file);
  }

  private void release() {
    batches.forEach(batch -> batch.take().forEach(ByteBuf::release));
  }

  /** Removes a part that lies unused. */
  static void drop(KeptParts.@Nullable Kept part) {
    if (part != null) {
      part.strand().execute(() -> delete(part.file()));
    }
  }

  private static void delete(PartFile file) {
    try {
      file.delete();
    } catch (Refusal e) {
      // It belongs to another worker.
    } catch (IOException e) {
      LOG.warn("A part file could not be removed: {}", Refusal.reason(e));
    }
  }

  long queuedBytes() {
    return backlog.bytes();
  }
}
