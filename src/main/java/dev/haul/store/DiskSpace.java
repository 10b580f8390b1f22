package dev.haul.store;

import dev.haul.job.ErrorCode;
import dev.haul.job.SizeText;
import dev.haul.policy.DiskRoom;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The room on the disk of a store, and what of it is promised to parts. Called by the threads of
 * the store, and locked: else two parts would be let into the same room.
 */
final class DiskSpace {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final Path root;
  private final long reserve;
  private final @Nullable Fallocate fallocate = Fallocate.find();
  private @Nullable DiskRoom seen;
  private long seenNanos;
  private long promised;

  /** Promised bytes that were written since the disk was looked at, which does not show them. */
  private long written;

  DiskSpace(Path root, long reserve) {
    this.root = root;
    this.reserve = reserve;
  }

  /** Promises room, if there is some. */
  synchronized void promise(long bytes) throws IOException {
    DiskRoom.Fit fit = room().fit(bytes, promised);
    if (fit == DiskRoom.Fit.NEVER) {
      throw Refusal.fatal(
          ErrorCode.NO_SPACE, "the disk of the store is too small for " + SizeText.print(bytes));
    }
    if (fit == DiskRoom.Fit.LATER) {
      throw Refusal.noRoom(bytes);
    }
    promised += bytes;
  }

  /** Promises room to a part that was let in before. */
  synchronized void promiseAgain(long bytes) {
    promised += bytes;
  }

  /** Promised bytes are on the disk now, or blocks for them. */
  synchronized void written(long bytes) {
    written += bytes;
  }

  /** Promised bytes will not be written. */
  synchronized void give(long bytes) {
    promised -= bytes;
  }

  synchronized boolean hasRoom(long bytes) throws IOException {
    return room().fit(bytes, promised) != DiskRoom.Fit.LATER;
  }

  private DiskRoom room() throws IOException {
    long nowNanos = System.nanoTime();
    DiskRoom room = seen;
    if (room == null || nowNanos - seenNanos > FRESH_NANOS) {
      FileStore disk = Files.getFileStore(root);
      room = new DiskRoom(disk.getTotalSpace(), disk.getUsableSpace(), reserve);
      seen = room;
      seenNanos = nowNanos;
      promised -= written;
      written = 0;
    }
    return room;
  }

  /** Null where the system has none. */
  @Nullable Fallocate fallocate() {
    return fallocate;
  }
}
