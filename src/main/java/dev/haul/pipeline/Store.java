package dev.haul.pipeline;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.Failure;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
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

  /**
   * Makes what is left of a partition's parts this worker's own. Afterwards nobody who owned the
   * partition before can write, publish or remove a part of it.
   *
   * @param generation of the group when it assigned the partition; one that is older than another
   *     worker's claim is no claim any more
   * @return completes on any thread; never fails: a claim that could not be made shows in its parts
   */
  Future<Void> claim(Partition partition, long generation);

  /** Ends a claim; what is kept waits for the next one. */
  void leave(Partition partition);

  /** Starts a part. */
  Part begin(PartOrder order);

  /**
   * Takes what earlier attempts have kept, once. Looks into memory only.
   *
   * @param source that it must be from
   * @param algorithm of the checksum that the file will be told with
   * @return null when nothing is kept; else completes on any thread when the bytes have proved to
   *     be there, with null when they have not; never fails
   */
  @Nullable Future<@Nullable Part> resume(PartKey key, SourceUrl source, Algorithm algorithm);

  /**
   * Puts what is kept of a job where whoever owns another partition can {@link #adopt} it.
   *
   * @return completes on any thread; never fails
   */
  Future<Void> release(PartKey key);

  /**
   * Takes what was released of a job, so that {@link #resume} finds it.
   *
   * @param key with the partition that the job comes from now
   * @return completes on any thread; never fails
   */
  Future<Void> adopt(PartKey key);

  /** Removes what is kept of a job that has ended. */
  void forget(PartKey key);

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
