package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ToldDigest;
import dev.haul.policy.Representation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private final Place place;
  private final String name;
  private final WritePath way;
  private final Reservation room;
  private final @Nullable Journal journal;
  private Contents contents;
  private Contents.@Nullable Rereading rereading;
  private @Nullable OpenFile file;
  private @Nullable IOException broken;
  private boolean exists;

  /** By an earlier worker, who may have made the file longer than this one knows of. */
  private boolean found;

  private boolean noted;
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
    found = true;
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

  /**
   * Past whose page cache bytes go as long as they come in order; null when they do not. Any thread
   * may ask.
   *
   * @param bytes that are here by then
   */
  @Nullable DirectDisk direct(long bytes) {
    return room.isLarge(bytes) ? way.disk() : null;
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

  private interface Work {
    void run() throws IOException;
  }

  /** Does what leaves nothing to go on with when it fails: what the file holds is let go then. */
  private void sound(Work work) throws IOException {
    requireSound();
    try {
      work.run();
    } catch (IOException | RuntimeException | Error e) {
      broken = e instanceof IOException io ? io : new IOException(e);
      try {
        close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /** Opens the file, unless it is open, and writes bytes; does not release them. */
  void write(Group group) throws IOException {
    sound(() -> take(group));
  }

  private void take(Group group) throws IOException {
    long size = group.size();
    OpenFile into = open(size);
    Run run = contents.runTo(group.position());
    // Bytes that come ahead of others are read back, from the page cache.
    boolean past = room.isLarge(written) && contents.isInOrder();
    // Hashed first: that brings the bytes to this core while it computes, where a copy would wait
    // for them. If they are not written then, the contents tell of bytes that may not be there.
    for (ByteBuffer bytes : group.bytes()) {
      contents.add(run, bytes);
    }
    into.write(group, past);
    unnoted += size;
    written += size;
    room.written(size);
    contents.catchUp(this::read, SLICE);
    if (isNoteDue()) {
      note();
    }
  }

  private void read(long from, long to, Contents.Sink sink) throws IOException {
    open(0).read(from, to, sink);
  }

  /** Called when no more bytes wait to be written. */
  void pause() throws IOException {
    if (file != null && broken == null) {
      sound(file::pause);
    }
  }

  private void flush() throws IOException {
    if (file != null) {
      file.flush();
    }
  }

  /** The checksum of all bytes; called once, when all are here. */
  Checksum checksum(long size) throws IOException {
    contents.catchUp(this::read, Long.MAX_VALUE);
    flush();
    if (found || room.exceeds(size)) {
      open(0).truncate(size);
    }
    return contents.checksum(size);
  }

  /** Notes what is here and closes the file, which may be written to again. */
  void rest() throws IOException {
    sound(this::note);
    close();
    file = null;
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
    open(0).force();
  }

  void close() throws IOException {
    room.end();
    if (file != null) {
      file.close();
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
    try {
      close();
    } finally {
      if (exists) {
        Files.deleteIfExists(path());
        published();
      }
    }
  }

  /**
   * @param next how many bytes will be written
   */
  private OpenFile open(long next) throws IOException {
    OpenFile open = file;
    if (open == null) {
      room.begin(exists, next);
      open = OpenFile.open(path(), exists, way);
      exists = true;
      file = open;
      room.allocate(path());
    }
    return open;
  }
}
