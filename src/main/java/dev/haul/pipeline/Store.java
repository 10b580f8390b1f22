package dev.haul.pipeline;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.Failure;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import io.vertx.core.Future;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Where files go. Methods return at once, on any thread; their work is done on the store's own. */
public interface Store {

  /** What stands under a target. */
  sealed interface Found {
    record Nothing() implements Found {}

    /** A file that has the wanted size and checksum. */
    record Same(StoredFile file) implements Found {}

    record Different() implements Found {}

    record Unknown(Failure failure) implements Found {}
  }

  /** How publication ended; the part is gone either way. */
  sealed interface Published {
    record Stored(StoredFile file) implements Published {}

    record Refused(Failure failure) implements Published {}

    /**
     * The store is full; there may be room later.
     *
     * @param bytes of the file that found no room; 0 when there is none for anything
     */
    record NoRoom(Failure failure, long bytes) implements Published {}
  }

  /**
   * A part on its way to its name.
   *
   * @param contentType told by the server, null when not, like {@code etag}
   */
  record Publication(
      Part part, DownloadJob job, @Nullable String contentType, @Nullable String etag) {}

  /** The parts that are on their way to a name here. */
  PartStore parts();

  /**
   * Writes what is left of the part, checks it against the job's size and checksum and what the
   * server told, makes it durable and moves it under its target in one atomic step; a reader sees
   * the old file or the new one, whole.
   *
   * @return completes on any thread; never fails
   */
  Future<Published> publish(Publication publication);

  /**
   * Looks for a file under a target and compares it.
   *
   * @param size wanted, if known
   * @param checksum wanted, null if unknown; with neither a file that is there is {@code Different}
   * @return completes on any thread; never fails
   */
  Future<Found> find(Target target, OptionalLong size, @Nullable Checksum checksum);

  /**
   * Whether a file of so many bytes would find room now.
   *
   * @return completes on any thread; never fails
   */
  Future<Boolean> hasRoom(long bytes);

  /** Waits for running work, then stops the store's threads. */
  Future<Void> close();
}
