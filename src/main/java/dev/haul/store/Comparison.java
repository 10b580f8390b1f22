package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import dev.haul.pipeline.Store.Found;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Compares the file under a target with what a job wants, on the threads of the store. */
final class Comparison {
  private static final int BUFFER = 64 << 10;

  /** A file is read in slices of this: some 10 ms, after which writers get their turn. */
  private static final long SLICE = 4 << 20;

  /**
   * Bytes that may be fetched before publishing finds that a link leads out of the store: to look
   * up a folder costs as much as a tenth of such a file.
   */
  private static final long FEW = 1 << 20;

  private final Locations locations;
  private final ExecutorService pool;
  private final Target target;
  private final OptionalLong size;
  private final @Nullable Checksum checksum;
  private final Promise<Found> promise = Promise.promise();

  Comparison(
      Locations locations,
      ExecutorService pool,
      Target target,
      OptionalLong size,
      @Nullable Checksum checksum) {
    this.locations = locations;
    this.pool = pool;
    this.target = target;
    this.size = size;
    this.checksum = checksum;
  }

  Future<Found> start() {
    pool.execute(this::look);
    return promise.future();
  }

  private void look() {
    try {
      var attributes = attributes(locations.path(target));
      if (attributes == null) {
        if (size.orElse(Long.MAX_VALUE) >= FEW) {
          locations.folders().existing(target);
        }
        promise.complete(new Found.Nothing());
        return;
      }
      Path path = locations.folders().existing(target);
      if (attributes.isDirectory()) {
        throw Refusal.fatal("the target is a folder");
      }
      boolean wanted = size.isPresent() || checksum != null;
      if (!wanted
          || !attributes.isRegularFile()
          || attributes.size() != size.orElse(attributes.size())) {
        promise.complete(new Found.Different());
      } else if (checksum == null) {
        promise.complete(same(attributes.size()));
      } else {
        read(new Reading(FileChannel.open(path), Hasher.of(checksum.algorithm()), checksum));
      }
    } catch (NoSuchFileException e) {
      promise.complete(new Found.Nothing());
    } catch (IOException | RuntimeException e) {
      promise.complete(new Found.Unknown(Refusal.failure(e)));
    }
  }

  /** Null where nothing is, which most often is so, and is to cost little. */
  private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    return path.getFileSystem()
        .provider()
        .readAttributesIfExists(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private record Reading(FileChannel file, Hasher hasher, Checksum wanted) {}

  private void read(Reading reading) {
    try {
      // A pool that shuts down takes no further slice, but still ends what runs.
      do {
        if (!readSlice(reading)) {
          Found found = found(reading);
          reading.file.close();
          promise.complete(found);
          return;
        }
      } while (pool.isShutdown());
      pool.execute(() -> read(reading));
    } catch (IOException | RuntimeException e) {
      close(reading);
      promise.complete(new Found.Unknown(Refusal.failure(e)));
    }
  }

  private static boolean readSlice(Reading reading) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    for (long left = SLICE; left > 0; left -= buffer.limit()) {
      if (reading.file.read(buffer.clear()) < 0) {
        return false;
      }
      reading.hasher.update(buffer.flip());
    }
    return true;
  }

  private Found found(Reading reading) throws IOException {
    return reading.hasher.checksum().equals(reading.wanted)
        ? same(reading.file.position())
        : new Found.Different();
  }

  private static void close(Reading reading) {
    try (var _ = reading.file) {
      // Only closes.
    } catch (IOException e) {
      // The failure that led here is the one to tell.
    }
  }

  private Found same(long bytes) {
    return new Found.Same(new StoredFile(locations.uri(target), bytes, checksum, null, null));
  }
}
