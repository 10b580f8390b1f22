package dev.haul.pipeline;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a store, each the business of whoever owns the partition of its job: begun, put down
 * and taken up again. Methods return at once, on any thread; their work is done on the store's own.
 */
public interface PartStore {

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
}
