package dev.haul.pipeline;

import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.StoredFile;
import dev.haul.pipeline.FetchResult.Fetched;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import dev.haul.policy.Decision;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job from its record to its end. {@link #run} is executed by a virtual thread of its own on
 * the dispatch context, and reads top to bottom.
 */
final class JobRun {
  private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

  /** What one attempt, or the look before it, came to. */
  private sealed interface Step {
    record Done(StoredFile file) implements Step {}

    record Fault(Failure failure) implements Step {}

    /** It must end, or was paused and looks again. */
    record Interrupted() implements Step {}
  }

  private final Dispatch dispatch;
  private final JobRecord.Valid record;
  private final DownloadJob job;
  private final Instant acceptedAt;
  private final JobControl control = new JobControl();
  private final Promise<Boolean> over = Promise.promise();
  private final Attempts attempts;
  private boolean transferring;
  private boolean holdsSlot;

  JobRun(Dispatch dispatch, JobRecord.Valid record, Instant acceptedAt) {
    this.dispatch = dispatch;
    this.record = record;
    this.job = record.job();
    this.acceptedAt = acceptedAt;
    this.attempts = new Attempts(dispatch.worker());
  }

  JobRecord.Valid record() {
    return record;
  }

  /** Whether an attempt is under way, which a stop would waste. */
  boolean isTransferring() {
    return transferring;
  }

  JobControl control() {
    return control;
  }

  /** Completes after {@link #run}: true when the job has ended, false when it was handed over. */
  Future<Boolean> over() {
    return over.future();
  }

  /** Runs the job and brings its end, if it has one, to dispatch. */
  void run() {
    Ended end = end();
    if (end != null) {
      dispatch.settle(new Settlement.Ended(end, record.source()));
    }
    over.complete(end != null);
  }

  private @Nullable Ended end() {
    return switch (attempts()) {
      case Step.Done(StoredFile file) -> ended(Outcome.COMPLETED, file, null);
      case Step.Fault(Failure failure) -> ended(Outcome.FAILED, null, failure);
      case Step.Interrupted() when control.ending() == Stop.CANCEL ->
          ended(Outcome.CANCELLED, null, cancelled());
      case Step.Interrupted() -> null;
    };
  }

  private Step attempts() {
    if (!dispatch.knowsStore(job.store())) {
      return fault(ErrorCode.BAD_JOB, "store '" + job.store() + "' is not configured here");
    }
    Instant next = job.notBefore();
    Failure last = null;
    while (mayGoOn(next, last)) {
      announce(JobState.QUEUED, null, null);
      switch (inSlot()) {
        case Step.Done done -> {
          return done;
        }
        case Step.Interrupted() -> {}
        case Step.Fault(Failure failure) -> {
          switch (dispatch.decide(failure, attempts.begun(), job)) {
            case Decision.GiveUp(Failure end) -> {
              return new Step.Fault(end);
            }
            case Decision.RetryAfter(Duration delay) -> {
              next = dispatch.now().plus(delay);
              last = failure;
            }
          }
        }
      }
    }
    return new Step.Interrupted();
  }

  /** Waits until the time has come and nothing pauses the job; false when it must end first. */
  private boolean mayGoOn(@Nullable Instant time, @Nullable Failure last) {
    while (control.ending() == null) {
      control.look();
      if (control.pausedWith() != null) {
        announce(JobState.WAITING, null, last);
        control.interrupted().await();
      } else if (time != null && time.isAfter(dispatch.now())) {
        announce(JobState.WAITING, time, last);
        dispatch.sleep(Duration.between(dispatch.now(), time), control.interrupted());
      } else {
        return true;
      }
    }
    return false;
  }

  /** One attempt; waits for a slot and holds it no longer than the bytes need. */
  private Step inSlot() {
    if (!dispatch.acquire(this)) {
      return new Step.Interrupted();
    }
    holdsSlot = true;
    transferring = true;
    try {
      Instant deadline = job.deadline();
      if (deadline != null && !dispatch.now().isBefore(deadline)) {
        return fault(ErrorCode.DEADLINE, "the job's deadline " + deadline + " has passed");
      }
      return ended(
          attempts.begun() == 0 && job.ifExists() != IfExists.REPLACE
              ? findThenTransfer()
              : transfer());
    } catch (RuntimeException e) {
      LOG.error("Fault in job {}", job.id(), e);
      if (attempts.begun() == 0) {
        attempts.begin(job.url().host(), dispatch.now());
      }
      return ended(fault(ErrorCode.INTERNAL, e.toString()));
    } finally {
      transferring = false;
      leaveSlot();
    }
  }

  /** Notes how the attempt ended, if one was made. */
  private Step ended(Step step) {
    switch (step) {
      case Step.Done _ -> attempts.end(null, dispatch.now());
      case Step.Fault(Failure failure) -> attempts.end(failure, dispatch.now());
      case Step.Interrupted() -> {
        if (control.ending() == Stop.CANCEL) {
          attempts.end(cancelled(), dispatch.now());
        }
      }
    }
    return step;
  }

  private Failure cancelled() {
    return Failure.of(ErrorCode.CANCELLED, "cancelled with " + control.cancelledWith());
  }

  private void leaveSlot() {
    if (holdsSlot) {
      holdsSlot = false;
      dispatch.release(this);
    }
  }

  private Step findThenTransfer() {
    boolean nothingToCompare = job.size().isEmpty() && job.checksum() == null;
    if (job.ifExists() == IfExists.SKIP && nothingToCompare) {
      return transfer();
    }
    return switch (dispatch.find(job).await()) {
      case Found.Nothing() -> transfer();
      case Found.Same(StoredFile file) when job.ifExists() == IfExists.SKIP -> new Step.Done(file);
      case Found.Same _, Found.Different _ ->
          job.ifExists() == IfExists.FAIL
              ? fault(ErrorCode.TARGET_EXISTS, "target " + job.target() + " exists")
              : transfer();
      case Found.Unknown(Failure failure) -> {
        attempts.begin(job.url().host(), dispatch.now());
        yield new Step.Fault(failure);
      }
    };
  }

  private Step transfer() {
    if (control.interrupted().isComplete()) {
      return new Step.Interrupted();
    }
    attempts.begin(job.url().host(), dispatch.now());
    announce(JobState.RUNNING, null, null);
    var order = new FetchOrder(job, attempts.begun(), control.interrupted(), record.traceparent());
    FetchResult result = dispatch.fetch(order).await();
    attempts.received(result);
    return switch (result) {
      case Fetched fetched -> publish(fetched);
      case FetchResult.Failed(Failure failure, _, _) -> new Step.Fault(failure);
      case FetchResult.Stopped(Stop reason, _) -> {
        if (reason == Stop.PAUSE) {
          attempts.takeBack();
        }
        yield new Step.Interrupted();
      }
    };
  }

  /** A pause comes too late here: all bytes have arrived. */
  private Step publish(Fetched fetched) {
    if (control.ending() != null) {
      fetched.part().discard();
      return new Step.Interrupted();
    }
    if (dispatch.hasRoomToPublish()) {
      leaveSlot();
    }
    var publication = new Publication(fetched.part(), job, fetched.contentType(), fetched.etag());
    return switch (dispatch.publish(publication).await()) {
      case Published.Stored(StoredFile file) -> new Step.Done(file);
      case Published.Refused(Failure failure) -> new Step.Fault(failure);
    };
  }

  private static Step fault(ErrorCode code, String message) {
    return new Step.Fault(Failure.of(code, message));
  }

  private void announce(JobState state, @Nullable Instant until, @Nullable Failure failure) {
    ControlScope pausedWith = state == JobState.WAITING ? control.pausedWith() : null;
    dispatch.announce(
        new StateChanged(
            job.id(),
            state,
            job.url().host(),
            job.target(),
            attempts.begun(),
            until,
            pausedWith,
            failure,
            dispatch.now(),
            record.traceparent()));
  }

  private Ended ended(Outcome outcome, @Nullable StoredFile file, @Nullable Failure failure) {
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
        acceptedAt,
        attempts.firstAt(),
        dispatch.now(),
        job.labels(),
        record.traceparent());
  }
}
