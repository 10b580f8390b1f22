package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ToldDigest;
import dev.haul.policy.Representation;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file behind a part and its journal. Used by one thread of the store after the other; there is
 * no file before the first write.
 */
final class PartFile {
  /** Where files of parts are. */
  interface Place {
    /**
     * @throws Refusal when they are another worker's by now
     */
    Path file(String name) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(PartFile.class);

  /** Bytes that are not worth a journal: a kill of the worker costs a smaller part as a whole. */
  private static final long FIRST_NOTE = 8 << 20;

  /** What a kill costs a larger one: a share of what is here, within bounds. */
  private static final int NOTES = 64;

  private static final long LEAST_NOTE = 1 << 20;
  private static final long MOST_NOTE = 8 << 20;

  /** Read back in one go at most, so that the other parts get their turn. */
  private static final long SLICE = 4 << 20;

  private static final int BUFFER = 64 << 10;
  private static final Set<OpenOption> GO_ON =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
  private static final Set<OpenOption> BEGIN =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final Place place;
  private final String name;
  private final WritePath way;
  private final Reservation room;
  private final @Nullable Journal journal;
  private Contents contents;
  private Contents.@Nullable Rereading rereading;
  private @Nullable FileChannel channel;

  /** Null when bytes go through the page cache. */
  private @Nullable DirectFile direct;

  private @Nullable IOException broken;
  private boolean exists;
  private boolean noted;
  private long at;
  private long unsynced;
  private long unnoted;

  /** Bytes that were written, by earlier workers too. */
  private long written;

  /**
   * A part that is to be written.
   *
   * @param representation null when the part is not to be continued, and so needs no journal
   */
  PartFile(
      Place place,
      String name,
      Algorithm algorithm,
      List<ToldDigest> told,
      WritePath way,
      Reservation room,
      @Nullable Representation representation) {
    this.place = place;
    this.name = name;
    this.way = way;
    this.room = room;
    this.journal = representation == null ? null : new Journal(representation, told);
    this.contents = new Contents(algorithm, told, journal != null);
  }

  /** A part that an earlier worker left. It must be {@link #reread}. */
  PartFile(Place place, String name, WritePath way, Reservation room, Journal.Entry left) {
    this(place, name, Algorithm.SHA256, left.told(), way, room, left.representation());
    exists = true;
    noted = true;
    written = left.runs().stream().mapToLong(run -> run.to() - run.from()).sum();
    rereading = contents.reread(left.runs());
  }

  /** Where it is, or is to be. */
  Path path() throws IOException {
    return place.file(name);
  }

  private Path journalPath() throws IOException {
    return place.file(name + Journal.ENDING);
  }

  @Nullable Representation representation() {
    return journal == null ? null : journal.representation();
  }

  Contents contents() {
    return contents;
  }

  /**
   * @throws IOException why a write has failed, if one has: the part is not worth another look
   */
  void requireSound() throws IOException {
    if (broken != null) {
      throw broken;
    }
  }

  /** Opens the file, unless it is open, and writes bytes; does not release the buffers. */
  void write(long position, List<ByteBuf> buffers) throws IOException {
    requireSound();
    try {
      FileChannel file = open(buffers);
      ByteBuffer[] batch = nioBuffers(buffers);
      long size = 0;
      for (ByteBuffer bytes : batch) {
        size += bytes.remaining();
      }
      Run run = contents.runTo(position);
      DirectFile past = direct(file);
      // Hashed first: that brings the bytes to this core while it computes, and copies wait for them.
      for (ByteBuffer bytes : batch) {
        contents.add(run, bytes);
      }
      if (past == null || !past.write(position, batch)) {
        writeCached(file, position, batch, size);
      }
      unnoted += size;
      written += size;
      room.written(size);
      contents.catchUp(this::read, SLICE);
      if (isNoteDue()) {
        note();
      }
    } catch (IOException e) {
      // The contents tell of bytes that may not be there.
      broken = e;
      throw e;
    }
  }

  /** Where bytes that come in order go; what comes ahead of others is read back from the cache. */
  private @Nullable DirectFile direct(FileChannel cached) throws IOException {
    if (way.disk() == null || !room.isLarge() || !contents.isInOrder()) {
      flush();
      return null;
    }
    if (direct == null) {
      direct = DirectFile.open(way.disk(), path(), cached);
    }
    return direct;
  }

  private void flush() throws IOException {
    if (direct != null) {
      direct.flush();
    }
  }

  private void writeCached(FileChannel file, long position, ByteBuffer[] batch, long size)
      throws IOException {
    if (position != at) {
      file.position(position);
    }
    at = position + size;
    for (long left = size; left > 0; ) {
      left -= file.write(batch);
    }
    unsynced += size;
    if (unsynced >= way.syncEvery()) {
      file.force(false);
      unsynced = 0;
    }
  }

  private void read(long from, long to, Contents.Sink sink) throws IOException {
    FileChannel file = open(List.of());
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    for (long position = from; position < to; position += buffer.limit()) {
      buffer.clear().limit((int) Math.min(BUFFER, to - position));
      while (buffer.hasRemaining()) {
        if (file.read(buffer, position + buffer.position()) < 0) {
          throw new IOException("the part file is shorter than it was");
        }
      }
      sink.take(buffer.flip());
    }
  }

  /** The checksum of all bytes; called once, when all are here. */
  Checksum checksum(long size) throws IOException {
    contents.catchUp(this::read, Long.MAX_VALUE);
    flush();
    return contents.checksum(size);
  }

  /** Notes what is here and closes the file, which may be written to again. */
  void rest() throws IOException {
    requireSound();
    note();
    close();
    channel = null;
    at = 0;
  }

  private boolean isNoteDue() {
    return unnoted >= (noted ? Math.clamp(written / NOTES, LEAST_NOTE, MOST_NOTE) : FIRST_NOTE);
  }

  private void note() throws IOException {
    if (journal == null) {
      return;
    }
    flush();
    noted = true;
    unnoted = 0;
    try {
      journal.append(journalPath(), contents.extents());
    } catch (IOException e) {
      // The part itself is well: a crash costs more bytes than it had to, no more.
      LOG.debug("A part's journal was not written: {}", Refusal.reason(e));
    }
  }

  /**
   * Reads what is here again, a slice at a time, unless its digest of this kind is at hand.
   *
   * @return whether it is at hand now
   * @throws IOException when the file does not hold what was written
   */
  boolean reread(Algorithm algorithm) throws IOException {
    requireSound();
    if (contents.algorithm() != algorithm) {
      Contents.Rereading pending = rereading;
      List<Run.Extent> extents = pending == null ? contents.extents() : pending.extents();
      List<ToldDigest> told = journal == null ? List.of() : journal.told();
      contents = new Contents(algorithm, told, true);
      rereading = contents.reread(extents);
    }
    if (rereading == null || rereading.go(this::read, SLICE)) {
      rereading = null;
      return true;
    }
    return false;
  }

  /** Makes the bytes durable. */
  void force() throws IOException {
    open(List.of()).force(false);
  }

  void close() throws IOException {
    room.end();
    try (var _ = channel) {
      closeDirect();
    }
  }

  private void closeDirect() throws IOException {
    DirectFile past = direct;
    if (past != null) {
      direct = null;
      past.close();
    }
  }

  /** The part has its name: what lay beside it goes. */
  void published() throws IOException {
    if (noted) {
      Files.deleteIfExists(journalPath());
    }
  }

  /** Closes and removes the file, if there is one. */
  void delete() throws IOException {
    room.end();
    if (exists) {
      try (var _ = channel) {
        closeDirect();
        Files.deleteIfExists(path());
        published();
      }
    }
  }

  /**
   * @param next what will be written
   */
  private FileChannel open(List<ByteBuf> next) throws IOException {
    FileChannel file = channel;
    if (file == null) {
      room.begin(exists, next.stream().mapToLong(ByteBuf::readableBytes).sum());
      try {
        file = FileChannel.open(path(), exists ? GO_ON : BEGIN);
      } catch (NoSuchFileException e) {
        throw Refusal.gone();
      }
      exists = true;
      channel = file;
      room.allocate(path());
    }
    return file;
  }

  private static ByteBuffer[] nioBuffers(List<ByteBuf> buffers) {
    List<ByteBuffer> all = new ArrayList<>(buffers.size());
    for (ByteBuf buffer : buffers) {
      if (buffer.nioBufferCount() == 1) {
        all.add(buffer.nioBuffer());
      } else {
        all.addAll(List.of(buffer.nioBuffers()));
      }
    }
    return all.toArray(ByteBuffer[]::new);
  }
}
