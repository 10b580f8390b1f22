package dev.haul.pipeline;

import dev.haul.job.Failure;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What one worker has to do with one record, from taking it to its end. Belongs to the dispatch
 * context.
 */
public interface JobTrace {
  /** Of a job that is not followed. */
  JobTrace NONE = new JobTrace() {};

  /**
   * The W3C {@code traceparent} of what is told of the job.
   *
   * @param published the one that the record came with, null when it had none
   */
  default @Nullable String traceparent(@Nullable String published) {
    return published;
  }

  /** Something that is told of the job. */
  default void told(StateChanged state) {}

  /**
   * @param number from 1
   * @param host that is asked first
   */
  default AttemptTrace attempt(int number, String host) {
    return AttemptTrace.NONE;
  }

  /**
   * The job has ended.
   *
   * @return the {@code traceparent} of its terminal event
   */
  default @Nullable String ended(
      Outcome outcome, @Nullable Failure failure, int attempts, @Nullable String published) {
    return published;
  }

  /**
   * The job goes on elsewhere, later.
   *
   * @return the {@code traceparent} that it takes along, null when the record's is enough
   */
  default @Nullable String moved() {
    return null;
  }

  /** Nothing more comes; a job that has neither ended nor moved was handed over. */
  default void over() {}
}
