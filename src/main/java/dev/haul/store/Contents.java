package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ToldDigest;
import dev.haul.policy.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a part file holds: which bytes, and the digests of those that follow each other from the
 * first on. Bytes are hashed as they come as long as they come in order; what comes ahead of a gap
 * is read back, from the page cache, once the gap is filled.
 */
final class Contents {
  /** Reads bytes of the file back, in order, a buffer at a time. */
  interface Reader {
    void read(long from, long to, Sink sink) throws IOException;
  }

  interface Sink {
    void take(ByteBuffer bytes);
  }

  private final Algorithm algorithm;
  private final Hasher hasher;
  private final ToldDigests told;
  private final boolean resumable;

  /** All that is hashed: the first bytes of the file. */
  private final Run prefix = new Run(0);

  /** The others, in no order. */
  private final List<Run> ahead = new ArrayList<>(0);

  /**
   * @param resumable whether somebody may want to know later that the bytes are still the same
   */
  Contents(Algorithm algorithm, List<ToldDigest> told, boolean resumable) {
    this.algorithm = algorithm;
    this.hasher = Hasher.of(algorithm);
    this.told = new ToldDigests(told, algorithm);
    this.resumable = resumable;
  }

  Algorithm algorithm() {
    return algorithm;
  }

  ToldDigests told() {
    return told;
  }

  /** The run that bytes at this position continue, a new one if there is none. */
  Run runTo(long position) {
    if (prefix.to() == position) {
      return prefix;
    }
    for (Run run : ahead) {
      if (run.to() == position) {
        return run;
      }
    }
    var run = new Run(position);
    ahead.add(run);
    return run;
  }

  /** Whether there is no gap before any of the bytes. */
  boolean isInOrder() {
    return ahead.isEmpty();
  }

  /** Takes in the remaining bytes and leaves them. */
  void add(Run run, ByteBuffer bytes) {
    if (resumable) {
      run.add(bytes);
    } else {
      run.skip(bytes.remaining());
    }
    if (run == prefix) {
      told.update(bytes);
      hasher.update(bytes.duplicate());
    }
  }

  /**
   * Hashes what the prefix has reached.
   *
   * @param most bytes to read back
   */
  void catchUp(Reader reader, long most) throws IOException {
    long left = most;
    for (Run next = reached(); next != null && left > 0; next = reached()) {
      long end = left < next.to() - prefix.to() ? prefix.to() + left : next.to();
      left -= end - prefix.to();
      reader.read(prefix.to(), end, bytes -> add(prefix, bytes));
    }
  }

  private @Nullable Run reached() {
    if (ahead.isEmpty()) {
      return null;
    }
    ahead.removeIf(run -> run.to() <= prefix.to());
    for (Run run : ahead) {
      if (run.from() <= prefix.to()) {
        return run;
      }
    }
    return null;
  }

  /** The checksum of all bytes; called once, when all are here and hashed. */
  Checksum checksum(long size) throws IOException {
    if (prefix.to() != size) {
      throw new IOException("the part has a gap after " + prefix.to() + " of " + size + " bytes");
    }
    return hasher.checksum();
  }

  List<ByteRange> ranges() {
    return extents().stream()
        .filter(extent -> extent.to() > extent.from())
        .map(extent -> new ByteRange(extent.from(), extent.to()))
        .toList();
  }

  List<Run.Extent> extents() {
    List<Run.Extent> extents = new ArrayList<>(ahead.size() + 1);
    extents.add(prefix.extent());
    ahead.forEach(run -> extents.add(run.extent()));
    return extents;
  }

  /** Reads a file that was written before, and believes only what is there. */
  Rereading reread(List<Run.Extent> extents) {
    return new Rereading(extents);
  }

  final class Rereading {
    private final List<Run.Extent> extents;
    private int index;
    private @Nullable Run run;

    private Rereading(List<Run.Extent> extents) {
      this.extents = extents;
    }

    List<Run.Extent> extents() {
      return extents;
    }

    /**
     * Goes on for so many bytes.
     *
     * @return whether all has been read
     * @throws IOException when the first bytes of the file are not those that were written
     */
    boolean go(Reader reader, long most) throws IOException {
      for (long left = most; index < extents.size(); index++) {
        Run.Extent extent = extents.get(index);
        Run reading = run;
        if (reading == null) {
          reading = extent.from() == 0 ? prefix : new Run(extent.from());
          run = reading;
        }
        long end = Math.min(extent.to(), reading.to() + left);
        left -= end - reading.to();
        Run into = reading;
        reader.read(reading.to(), end, bytes -> add(into, bytes));
        if (end < extent.to()) {
          return false;
        }
        judge(reading, extent);
        run = null;
      }
      return true;
    }

    private void judge(Run read, Run.Extent written) throws IOException {
      boolean right = read.crc() == written.crc();
      if (read == prefix && !right) {
        throw new IOException("the part file does not hold what was written");
      }
      if (read != prefix && right) {
        ahead.add(read);
      }
    }
  }
}
