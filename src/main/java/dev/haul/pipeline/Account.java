package dev.haul.pipeline;

import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.Position;
import dev.haul.job.StoredFile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What is told of one job. Belongs to the dispatch context. */
final class Account {
  private final JobRecord.Valid record;
  private final DownloadJob job;
  private final Attempts attempts;
  private final JobTrace trace;
  private final Instant acceptedAt;
  private final InstantSource clock;

  Account(
      JobRecord.Valid record,
      Attempts attempts,
      JobTrace trace,
      Instant acceptedAt,
      InstantSource clock) {
    this.record = record;
    this.job = record.job();
    this.attempts = attempts;
    this.trace = trace;
    this.acceptedAt = acceptedAt;
    this.clock = clock;
  }

  Instant acceptedAt() {
    return acceptedAt;
  }

  /** The state that it is in now. */
  StateChanged state(
      JobState state,
      @Nullable Instant until,
      @Nullable ControlScope pausedWith,
      @Nullable Failure failure) {
    var told =
        new StateChanged(
            job.id(),
            state,
            job.url().host(),
            job.target(),
            attempts.begun(),
            until,
            pausedWith,
            failure,
            clock.instant(),
            traceparent());
    trace.told(told);
    return told;
  }

  /** Of what is told of the job before its end. */
  @Nullable String traceparent() {
    return trace.traceparent(record.traceparent());
  }

  Settlement ended(Outcome outcome, @Nullable StoredFile file, @Nullable Failure failure) {
    return new Settlement.Ended(event(outcome, file, failure, null), record.source());
  }

  /** It ends as an earlier record of the same job did. */
  Settlement duplicate(Ended end, Position first) {
    Position origin = end.duplicateOf() == null ? first : end.duplicateOf();
    return new Settlement.Ended(
        event(end.outcome(), end.file(), end.failure(), origin), record.source());
  }

  /**
   * It waits in a retry topic.
   *
   * @param last why the last attempt failed, null when none has
   */
  Settlement moved(Duration step, Instant heldUntil, Instant notBefore, @Nullable Failure last) {
    StateChanged state = state(JobState.WAITING, notBefore, null, last);
    var taken =
        new Carried(
            acceptedAt,
            attempts.firstAt(),
            attempts.begun(),
            attempts.bytesTransferred(),
            attempts.history(),
            notBefore,
            heldUntil,
            trace.moved());
    return new Settlement.Moved(state, taken, step, record.source());
  }

  private Ended event(
      Outcome outcome,
      @Nullable StoredFile file,
      @Nullable Failure failure,
      @Nullable Position duplicateOf) {
    return new Ended(
        job.id(),
        outcome,
        job.store(),
        job.target(),
        file,
        failure,
        attempts.begun(),
        attempts.bytesTransferred(),
        attempts.history(),
        duplicateOf,
        acceptedAt,
        attempts.firstAt(),
        clock.instant(),
        job.labels(),
        trace.ended(outcome, failure, attempts.begun(), record.traceparent()));
  }
}
