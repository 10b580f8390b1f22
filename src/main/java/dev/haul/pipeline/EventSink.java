package dev.haul.pipeline;

import dev.haul.job.JobEvent;
import io.vertx.core.Future;

/**
 * Where events go. {@link #progress}, {@link #state} and {@link #settle} are called on the report
 * verticle's own thread and may block it while Kafka is slow.
 */
public interface EventSink {
  /** Lossy: dropped when Kafka is slow. */
  void progress(JobEvent.Progress progress);

  /**
   * Not lost while Kafka can be reached; a state that a newer one has overtaken may be left out.
   */
  void state(JobEvent.StateChanged state);

  /**
   * Publishes a job's terminal event, its final state and, unless it completed or was cancelled,
   * its dead letter.
   *
   * @return completes, on any thread, when Kafka has acknowledged all of them (acks=all); fails
   *     only when that cannot happen any more, and then the job must run again
   */
  Future<Void> settle(Settlement settlement);

  /** Sends what was held back to be overtaken; called on the report thread every 50 ms. */
  void tick();

  /** Sends what is buffered, then closes. */
  Future<Void> close();
}
