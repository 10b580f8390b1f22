package dev.haul.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The room that one part has on the disk. Used by one thread of the store after the other. */
final class Reservation {
  /** What is smaller is let in unasked. */
  private static final long SMALL = FilePart.BATCH;

  /** So few are better gathered with others by the page cache; more are worth some system calls. */
  private static final long LARGE = 1 << 20;

  private final DiskSpace disk;
  private final OptionalLong size;
  private boolean allocated;
  private long here;

  /** Bytes that are promised and not written. */
  private long left;

  /**
   * @param size of the whole file, if it is known
   * @param here bytes that are written already
   */
  Reservation(DiskSpace disk, OptionalLong size, long here) {
    this.disk = disk;
    this.size = size;
    this.here = here;
  }

  /**
   * Called before the file is opened.
   *
   * @param first bytes that will be written next
   * @throws Refusal when there is no room
   */
  void begin(boolean exists, long first) throws IOException {
    long need = Math.max(size.orElse(here + first) - here, 0);
    if (need <= SMALL || allocated) {
      return;
    }
    if (exists) {
      disk.promiseAgain(need);
    } else {
      disk.promise(need);
    }
    left = need;
  }

  /**
   * Called when the file is open.
   *
   * @throws Refusal when there is no room
   */
  void allocate(Path file) throws IOException {
    Fallocate fallocate = disk.fallocate();
    if (fallocate != null && left >= LARGE && size.isPresent()) {
      allocated = fallocate.allocate(file, size.getAsLong());
      if (allocated) {
        disk.written(left);
        left = 0;
      }
    }
  }

  /** Whether the file may have been made longer than this. */
  boolean exceeds(long bytes) {
    return size.isPresent() && size.getAsLong() > bytes;
  }

  /**
   * Whether the file is worth a way of its own to the disk. Any thread may ask.
   *
   * @param bytes that are here, if no more is known
   */
  boolean isLarge(long bytes) {
    return size.orElse(bytes) >= LARGE;
  }

  void written(long bytes) {
    here += bytes;
    if (left > 0) {
      long promised = Math.min(bytes, left);
      left -= promised;
      disk.written(promised);
    }
  }

  /** Nothing more is written for now. */
  void end() {
    if (left > 0) {
      disk.give(left);
      left = 0;
    }
  }
}
