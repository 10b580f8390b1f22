package dev.haul.pipeline;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.StoredFile;
import dev.haul.pipeline.Slots.Waiter;
import dev.haul.policy.Decision;
import dev.haul.policy.RetryLadder.Hop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One job from its record to its end. {@link #run} is executed by a virtual thread of its own on
 * the dispatch context, and reads top to bottom; of a job that has nothing to do before it gets its
 * slot, {@link #begin} has done the first lines.
 */
final class JobRun {
  private final Dispatch dispatch;
  private final JobRecord.Valid record;
  private Earlier earlier;
  private final DownloadJob job;
  private final @Nullable Carried carried;
  private final JobControl control = new JobControl();
  private final Promise<@Nullable Settlement> over = Promise.promise();
  private final JobTrace trace;
  private final Attempts attempts;
  private final Account account;
  private final Room room;
  private final Remains remains;

  /** Among those who wait for a slot, when {@link #begin} took it and nobody has awaited it yet. */
  private @Nullable Waiter place;

  /** What went wrong in {@link #begin}. */
  private @Nullable RuntimeException fault;

  /** Under way, or the last one; null before the first. */
  private @Nullable AttemptRun attempt;

  /** Workers that have died while it ran. */
  private int deaths;

  JobRun(Dispatch dispatch, JobRecord.Valid record, Earlier earlier, Instant acceptedAt) {
    this.dispatch = dispatch;
    this.record = record;
    this.earlier = earlier;
    this.job = record.job();
    this.carried = record.carried();
    this.trace = dispatch.tracing().begin(record);
    this.attempts = Attempts.after(carried, dispatch.worker(), trace);
    this.account =
        new Account(
            record,
            attempts,
            trace,
            carried == null ? acceptedAt : carried.acceptedAt(),
            dispatch::now);
    this.room = new Room(dispatch, job, control, account);
    this.remains = new Remains(dispatch.orders(), record, attempts);
  }

  JobRecord.Valid record() {
    return record;
  }

  /** Whether an attempt is under way, which a stop would waste. */
  boolean isTransferring() {
    return attempt != null && attempt.isTransferring();
  }

  JobControl control() {
    return control;
  }

  /**
   * Completes after {@link #run}: with null when the job was handed over, so that it is not done.
   */
  Future<@Nullable Settlement> over() {
    return over.future();
  }

  /**
   * Takes a place among those who wait for a slot, when nothing else is to be done before.
   *
   * @return completes when {@link #run} is to be called
   */
  Future<?> begin() {
    try {
      if (needsOnlySlot()) {
        Waiter taken = queue();
        place = taken;
        return Future.any(taken.turn(), control.interrupted());
      }
    } catch (RuntimeException e) {
      fault = e;
    }
    return Future.succeededFuture();
  }

  private boolean needsOnlySlot() {
    return carried == null
        && job.notBefore() == null
        && earlier instanceof Earlier.Nothing
        && !control.interrupted().isComplete()
        && dispatch.knowsStore(job.store())
        && dispatch.suspicion().isCleared(record.position())
        && !room.isMissing();
  }

  /** Runs the job and brings its end, if it has one, to dispatch. */
  void run() {
    Settlement settlement = null;
    try {
      settlement = end();
      if (settlement != null) {
        dispatch.orders().settle(settlement);
      }
      if (settlement != null && deaths > 0) {
        dispatch.suspicion().evidence().acquit(record.position());
      }
    } finally {
      trace.over();
      over.complete(settlement);
    }
  }

  /** A fault in the code of Haul ends the job that meets it, and holds up no partition. */
  private @Nullable Settlement end() {
    try {
      Settlement settlement = settlement();
      if (settlement != null) {
        remains.letGo(settlement);
      }
      return settlement;
    } catch (RuntimeException e) {
      JobLog.fault(record, e);
      return control.ending() == Stop.HAND_OVER
          ? null
          : account.ended(Outcome.FAILED, null, Fault.of(e));
    }
  }

  private @Nullable Settlement settlement() {
    if (fault != null) {
      throw fault;
    }
    if (place == null) {
      if (control.ending() == Stop.HAND_OVER) {
        // It came as its partition went: what is learned of that now would be out of date later.
        return null;
      }
      deaths = dispatch.suspicion().deaths(record.position());
      Settlement shared = new Following(dispatch, record, control, account).settlement(earlier);
      // Else each run of a busy id would keep all those before it.
      earlier = new Earlier.Nothing();
      if (shared != null) {
        return shared;
      }
    }
    return switch (attempts()) {
      case Step.Done(StoredFile file) -> account.ended(Outcome.COMPLETED, file, null);
      case Step.Fault(Failure failure) -> account.ended(Outcome.FAILED, null, failure);
      case Step.Spared(Failure failure, _) -> account.ended(Outcome.FAILED, null, failure);
      case Step.Interrupted() when control.ending() == Stop.CANCEL ->
          account.ended(Outcome.CANCELLED, null, control.cancelled());
      case Step.Interrupted() -> null;
      case Step.Moved(Duration step, Instant heldUntil, Instant notBefore, Failure last) -> {
        dispatch.gauges().moved(step);
        yield account.moved(step, heldUntil, notBefore, last);
      }
    };
  }

  private Step attempts() {
    if (!dispatch.knowsStore(job.store())) {
      return Step.fault(ErrorCode.BAD_JOB, "store '" + job.store() + "' is not configured here");
    }
    if (dispatch.suspicion().isPoison(deaths)) {
      return Step.fault(ErrorCode.POISON, deaths + " workers died while it ran");
    }
    Instant next = carried == null ? job.notBefore() : carried.notBefore();
    Failure last = attempts.lastFailure();
    while (true) {
      Waiter waiter = place;
      if (waiter == null) {
        Step pending = untilItMayGoOn(next, last);
        if (pending != null) {
          return pending;
        }
        remains.adopt();
        waiter = queue();
      }
      place = null;
      attempt = new AttemptRun(dispatch, record, control, attempts, account, room, deaths);
      Step step = attempt.run(waiter);
      switch (step) {
        case Step.Done _, Step.Moved _ -> {
          return step;
        }
        case Step.Interrupted() -> {}
        case Step.Spared(Failure failure, Duration wait) -> {
          if (wait.isZero()) {
            announce(JobState.WAITING, null, failure);
          }
          next = dispatch.now().plus(wait);
          last = failure;
        }
        case Step.Fault(Failure failure) -> {
          room.wasEnough();
          switch (dispatch.decide(failure, attempts.begun(), job)) {
            case Decision.GiveUp(Failure end) -> {
              return new Step.Fault(end);
            }
            case Decision.RetryAfter(Duration delay) -> {
              dispatch.gauges().retried(failure.code());
              next = dispatch.now().plus(delay);
              last = failure;
            }
          }
        }
      }
    }
  }

  /**
   * Waits until the time has come and nothing pauses the job.
   *
   * @return null when it may go on; how it leaves otherwise
   */
  private @Nullable Step untilItMayGoOn(@Nullable Instant time, @Nullable Failure last) {
    Instant heldUntil = carried == null ? Instant.MIN : carried.heldUntil();
    while (control.ending() == null) {
      control.look();
      Instant now = dispatch.now();
      if (control.pausedWith() != null) {
        announce(JobState.WAITING, null, last);
        dispatch.pass(Wait.PAUSE, control.interrupted());
      } else if (heldUntil.isAfter(now)) {
        announce(JobState.WAITING, time, last);
        dispatch.sleep(Wait.LADDER, Duration.between(now, heldUntil), control.interrupted());
      } else if (time != null && time.isAfter(now)) {
        Hop hop = dispatch.hop(record.source(), Duration.between(now, time));
        if (hop != null) {
          return new Step.Moved(hop.step(), now.plus(hop.time()), time, last);
        }
        announce(JobState.WAITING, time, last);
        Wait why = last == null ? Wait.NOT_BEFORE : Wait.RETRY;
        dispatch.sleep(why, Duration.between(now, time), control.interrupted());
      } else if (deaths > 0 && dispatch.suspicion().turns().isTaken()) {
        Future.any(dispatch.suspicion().turns().free(), control.interrupted()).await();
      } else if (room.isMissing()) {
        Step end = room.await();
        if (end != null) {
          return end;
        }
      } else {
        return null;
      }
    }
    return new Step.Interrupted();
  }

  private Waiter queue() {
    announce(JobState.QUEUED, null, null);
    return dispatch.enqueue(record, account.acceptedAt());
  }

  private void announce(JobState state, @Nullable Instant until, @Nullable Failure failure) {
    dispatch
        .orders()
        .announce(
            account.state(
                state, until, state == JobState.WAITING ? control.pausedWith() : null, failure));
  }
}
