package dev.haul.pipeline;

import dev.haul.job.JobEvent;
import io.vertx.core.Future;

/**
 * Where events go. {@link #progress} and {@link #publish} are called on the report verticle's own
 * thread, which progress may block while Kafka is slow.
 */
public interface EventSink {
  /** Lossy: dropped when Kafka is slow. */
  void progress(JobEvent.Progress progress);

  /**
   * Publishes a batch: states, and of each job that has ended its terminal event, its final state
   * and, if it failed, its dead letter. Does not block; one batch is on its way at a time. One that
   * was refused is to be sent again as far as its partitions are still ours.
   *
   * @return completes on any thread; fails like a refusal
   */
  Future<BatchOutcome> publish(Batch batch);

  /** Sends what is buffered, then closes. Batches that Kafka does not take by then do not count. */
  Future<Void> close();
}
