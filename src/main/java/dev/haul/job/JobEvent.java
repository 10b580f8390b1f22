package dev.haul.job;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What is told about a job, to Kafka and to whoever listens on the event bus. */
public sealed interface JobEvent {
  JobId jobId();

  /** When it happened. */
  Instant at();

  /** The W3C {@code traceparent} of the job's record, null when it had none. */
  @Nullable String traceparent();

  /**
   * How far a running transfer is. Lossy: one may never arrive.
   *
   * @param attempt from 1
   * @param bytes received by this attempt, plus those it did not need to fetch again
   * @param totalBytes empty when the server did not say
   * @param bytesPerSecond over the last few seconds; empty at the start
   * @param etaSeconds to the end at that speed; empty when unknown
   */
  record Progress(
      JobId jobId,
      int attempt,
      long bytes,
      OptionalLong totalBytes,
      OptionalDouble bytesPerSecond,
      OptionalDouble etaSeconds,
      Instant at,
      @Nullable String traceparent)
      implements JobEvent {}

  /**
   * A job has come to a state that is not final.
   *
   * @param host of the job's URL
   * @param target where its file goes
   * @param attempt the last one begun, from 1; 0 before the first
   * @param until when a waiting job goes on, null otherwise
   * @param pausedWith whose pause a waiting job waits for, null otherwise
   * @param failure why the last attempt failed, null when none has
   */
  record StateChanged(
      JobId jobId,
      JobState state,
      String host,
      Target target,
      int attempt,
      @Nullable Instant until,
      @Nullable ControlScope pausedWith,
      @Nullable Failure failure,
      Instant at,
      @Nullable String traceparent)
      implements JobEvent {}

  /**
   * A job has ended; there is one for each record of the job topic.
   *
   * @param store null when the record was no valid job, like {@code target}
   * @param file what is stored, null unless completed
   * @param failure null when completed
   * @param attempts started attempts; 0 when none was needed or possible
   * @param bytesTransferred body bytes received by all attempts
   * @param history the attempts
   * @param duplicateOf the place of an earlier record of the same job, which did what this one was
   *     to do; null for a job that was done for itself
   * @param acceptedAt when a worker took the record
   * @param startedAt when the first attempt began, null when none did
   */
  record Ended(
      JobId jobId,
      Outcome outcome,
      @Nullable String store,
      @Nullable Target target,
      @Nullable StoredFile file,
      @Nullable Failure failure,
      int attempts,
      long bytesTransferred,
      History history,
      @Nullable Position duplicateOf,
      Instant acceptedAt,
      @Nullable Instant startedAt,
      Instant at,
      Map<String, String> labels,
      @Nullable String traceparent)
      implements JobEvent {

    /** An end that no attempt has come before. */
    public Ended(
        JobId jobId,
        Outcome outcome,
        @Nullable String store,
        @Nullable Target target,
        @Nullable StoredFile file,
        @Nullable Failure failure,
        int attempts,
        long bytesTransferred,
        Instant acceptedAt,
        @Nullable Instant startedAt,
        Instant at,
        Map<String, String> labels,
        @Nullable String traceparent) {
      this(
          jobId,
          outcome,
          store,
          target,
          file,
          failure,
          attempts,
          bytesTransferred,
          History.NONE,
          null,
          acceptedAt,
          startedAt,
          at,
          labels,
          traceparent);
    }

    public Ended {
      labels = Map.copyOf(labels);
      if ((outcome == Outcome.COMPLETED) != (file != null) || (file == null) != (failure != null)) {
        throw new IllegalArgumentException("a completed job has a file, every other a failure");
      }
    }
  }
}
