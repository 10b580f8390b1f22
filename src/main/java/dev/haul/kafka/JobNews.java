package dev.haul.kafka;

import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What an event record says, as far as a terminal shows it. */
public sealed interface JobNews {
  JobId jobId();

  /** When it happened. */
  Instant at();

  record Progress(
      JobId jobId,
      int attempt,
      long bytes,
      OptionalLong totalBytes,
      OptionalDouble bytesPerSecond,
      OptionalDouble etaSeconds,
      String worker,
      Instant at)
      implements JobNews {}

  /**
   * @param host of the job's URL; null in a final state
   * @param target null when the record was no valid job
   * @param until when a waiting job goes on, null otherwise
   * @param paused whose pause it waits for, in words; null otherwise
   * @param errorCode why the last attempt failed, null when none has; like {@code errorMessage}
   */
  record State(
      JobId jobId,
      JobState state,
      @Nullable String host,
      @Nullable String target,
      int attempt,
      @Nullable Instant until,
      @Nullable String paused,
      @Nullable String errorCode,
      @Nullable String errorMessage,
      String worker,
      Instant at)
      implements JobNews {

    /** Why a job waits: for the end of a pause, else because its last attempt failed. */
    public @Nullable String reason() {
      return paused == null ? errorMessage : "paused with " + paused;
    }
  }

  /**
   * @param target null when the record was no valid job
   * @param location null unless completed, like {@code bytes}
   * @param errorCode null when completed, like {@code errorMessage}
   */
  record Ended(
      JobId jobId,
      Outcome outcome,
      @Nullable String target,
      @Nullable String location,
      OptionalLong bytes,
      int attempts,
      long elapsedMillis,
      @Nullable String errorCode,
      @Nullable String errorMessage,
      String worker,
      Instant at)
      implements JobNews {}
}
