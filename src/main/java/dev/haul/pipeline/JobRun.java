package dev.haul.pipeline;

import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.DurationText;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.StoredFile;
import dev.haul.pipeline.FetchResult.Fetched;
import dev.haul.pipeline.Slots.Admission;
import dev.haul.pipeline.Slots.Slot;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import dev.haul.pipeline.Turns.Turn;
import dev.haul.policy.Decision;
import dev.haul.policy.RetryLadder.Hop;
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

    /**
     * The host is down or the store full: the attempt does not count, and the job waits for them.
     */
    record Spared(Failure failure, Duration time) implements Step {}

    /** It waits elsewhere until another time. */
    record Moved(Duration step, Instant heldUntil, Instant notBefore, @Nullable Failure last)
        implements Step {}

    /** It must end, or was paused and looks again. */
    record Interrupted() implements Step {}
  }

  private final Dispatch dispatch;
  private final JobRecord.Valid record;
  private Earlier earlier;
  private final DownloadJob job;
  private final @Nullable Carried carried;
  private final JobControl control = new JobControl();
  private final Promise<@Nullable Settlement> over = Promise.promise();
  private final Attempts attempts;
  private final Account account;
  private boolean transferring;
  private @Nullable Slot slot;
  private @Nullable FetchResult fetched;

  /** Of the file, as far as they are known. */
  private long bytes;

  /** Spent waiting for room in the store since the last attempt that failed otherwise. */
  private Duration withoutRoom = Duration.ZERO;

  /** Workers that have died while it ran. */
  private int deaths;

  JobRun(Dispatch dispatch, JobRecord.Valid record, Earlier earlier, Instant acceptedAt) {
    this.dispatch = dispatch;
    this.record = record;
    this.earlier = earlier;
    this.job = record.job();
    this.carried = record.carried();
    this.bytes = job.size().orElse(0);
    this.attempts = Attempts.after(carried, dispatch.worker());
    this.account =
        new Account(
            record, attempts, carried == null ? acceptedAt : carried.acceptedAt(), dispatch::now);
  }

  JobRecord.Valid record() {
    return record;
  }

  /** Whether an attempt is under way, which a stop would waste. */
  boolean isTransferring() {
    return transferring;
  }

  /** When the first worker that had the job took it. */
  Instant acceptedAt() {
    return account.acceptedAt();
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

  /** Runs the job and brings its end, if it has one, to dispatch. */
  void run() {
    Settlement settlement = settlement();
    if (settlement != null) {
      letGoOfPart(settlement);
      dispatch.settle(settlement);
    }
    if (settlement != null && deaths > 0) {
      dispatch.evidence().acquit(record.position());
    }
    over.complete(settlement);
  }

  /**
   * Nobody goes on with what is kept of a job that has ended; with one that moved, somebody will.
   */
  private void letGoOfPart(Settlement settlement) {
    boolean unpublished =
        switch (settlement) {
          // A publication has seen to it itself.
          case Settlement.Ended(Ended end, _) -> end.file() == null || attempts.begun() == 0;
          case Settlement.Moved _ -> {
            dispatch.release(job, record.position().partition()).await();
            yield false;
          }
        };
    if (unpublished) {
      dispatch.forget(job, record.position().partition());
    }
  }

  /** What an attempt elsewhere has kept is needed here, before the first one. */
  private void adoptPart() {
    if (carried != null && carried.attempts() > 0 && attempts.begun() == carried.attempts()) {
      dispatch.adopt(job, record.position().partition()).await();
    }
  }

  private @Nullable Settlement settlement() {
    deaths = dispatch.deaths(record.position());
    Settlement shared = new Following(dispatch, record, control, account).settlement(earlier);
    // Else each run of a busy id would keep all those before it.
    earlier = new Earlier.Nothing();
    if (shared != null) {
      return shared;
    }
    return switch (attempts()) {
      case Step.Done(StoredFile file) -> account.ended(Outcome.COMPLETED, file, null);
      case Step.Fault(Failure failure) -> account.ended(Outcome.FAILED, null, failure);
      case Step.Spared(Failure failure, _) -> account.ended(Outcome.FAILED, null, failure);
      case Step.Interrupted() when control.ending() == Stop.CANCEL ->
          account.ended(Outcome.CANCELLED, null, cancelled());
      case Step.Interrupted() -> null;
      case Step.Moved(Duration step, Instant heldUntil, Instant notBefore, Failure last) -> {
        dispatch.gauges().moved(step);
        yield account.moved(step, heldUntil, notBefore, last);
      }
    };
  }

  private Step attempts() {
    if (!dispatch.knowsStore(job.store())) {
      return fault(ErrorCode.BAD_JOB, "store '" + job.store() + "' is not configured here");
    }
    if (dispatch.isPoison(deaths)) {
      return fault(ErrorCode.POISON, deaths + " workers died while it ran");
    }
    Instant next = carried == null ? job.notBefore() : carried.notBefore();
    Failure last = attempts.lastFailure();
    while (true) {
      Step pending = untilItMayGoOn(next, last);
      if (pending != null) {
        return pending;
      }
      adoptPart();
      announce(JobState.QUEUED, null, null);
      Step step = attempt();
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
          withoutRoom = Duration.ZERO;
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
        sleep(Wait.LADDER, Duration.between(now, heldUntil));
      } else if (time != null && time.isAfter(now)) {
        Hop hop = dispatch.hop(record.source(), Duration.between(now, time));
        if (hop != null) {
          return new Step.Moved(hop.step(), now.plus(hop.time()), time, last);
        }
        announce(JobState.WAITING, time, last);
        sleep(last == null ? Wait.NOT_BEFORE : Wait.RETRY, Duration.between(now, time));
      } else if (dispatch.gates().isClosed(job.store(), bytes)) {
        Step end = untilRoom(dispatch.gates().reason(job.store()));
        if (end != null) {
          return end;
        }
      } else {
        return null;
      }
    }
    return new Step.Interrupted();
  }

  /**
   * Waits until the store may have room.
   *
   * @return null when it is worth a look; how the job ends when it has waited for too long
   */
  private @Nullable Step untilRoom(Failure reason) {
    Instant now = dispatch.now();
    Duration wait = dispatch.patience().minus(withoutRoom);
    Instant deadline = job.deadline();
    if (deadline != null && !now.isBefore(deadline)) {
      return fault(
          ErrorCode.DEADLINE,
          "the job's deadline " + deadline + " has passed while " + reason.message());
    }
    if (!wait.isPositive()) {
      String waited = " (it has waited for " + DurationText.print(dispatch.patience()) + ")";
      return new Step.Fault(Failure.of(ErrorCode.NO_SPACE, reason.message() + waited).fatal());
    }
    if (deadline != null && now.plus(wait).isAfter(deadline)) {
      wait = Duration.between(now, deadline);
    }
    announce(JobState.WAITING, null, reason);
    dispatch.gauges().begins(Wait.SPACE);
    dispatch.sleep(wait, Future.any(dispatch.gates().opening(job.store()), control.interrupted()));
    dispatch.gauges().ends(Wait.SPACE);
    withoutRoom = withoutRoom.plus(Duration.between(now, dispatch.now()));
    return null;
  }

  private void sleep(Wait why, Duration time) {
    dispatch.gauges().begins(why);
    dispatch.sleep(time, control.interrupted());
    dispatch.gauges().ends(why);
  }

  /** One attempt. What ran when a worker died runs beside no other such job: who did it shows. */
  private Step attempt() {
    if (deaths == 0) {
      return inSlot();
    }
    Turn turn = dispatch.suspects().take();
    try {
      Future.any(turn.come(), control.interrupted()).await();
      return turn.come().isComplete() ? inSlot() : new Step.Interrupted();
    } finally {
      turn.leave();
    }
  }

  /** Waits for a slot and holds it no longer than the bytes need. */
  private Step inSlot() {
    switch (dispatch.acquire(this)) {
      case Admission.Taken(Slot taken) -> slot = taken;
      case Admission.GivenUp(Failure failure) -> {
        return new Step.Fault(failure);
      }
      case Admission.Elsewhere(Failure reason, Duration wait) -> {
        return new Step.Spared(reason, wait);
      }
      case Admission.Interrupted() -> {
        return new Step.Interrupted();
      }
    }
    if (dispatch.gates().isClosed(job.store(), bytes)) {
      leaveSlot();
      return new Step.Spared(dispatch.gates().reason(job.store()), Duration.ZERO);
    }
    fetched = null;
    transferring = true;
    dispatch.evidence().runs(record.position(), deaths);
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
      dispatch.evidence().rests(record.position());
      transferring = false;
      leaveSlot();
    }
  }

  /** Notes how the attempt ended, if one was made. */
  private Step ended(Step step) {
    switch (step) {
      case Step.Done _ -> attempts.end(null, dispatch.now());
      case Step.Fault(Failure failure) -> attempts.end(failure, dispatch.now());
      case Step.Spared _ -> {}
      case Step.Moved _ -> {}
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

  /** Whether the host turned out to be down. */
  private boolean leaveSlot() {
    Slot held = slot;
    slot = null;
    return held != null && dispatch.release(held, fetched);
  }

  private Step findThenTransfer() {
    boolean nothingToCompare = job.size().isEmpty() && job.checksum() == null;
    if (job.ifExists() == IfExists.SKIP && nothingToCompare) {
      return transfer();
    }
    return switch (dispatch.find(job, job.size(), job.checksum()).await()) {
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
    var order =
        new FetchOrder(
            job,
            record.position().partition(),
            attempts.begun(),
            dispatch.extraSlots(record),
            control.interrupted(),
            record.traceparent());
    FetchResult result = dispatch.fetch(order).await();
    attempts.received(result);
    fetched = result;
    return switch (result) {
      case Fetched whole -> publish(whole);
      case FetchResult.Failed(Failure failure, _, _) -> {
        if (leaveSlot()) {
          attempts.takeBack();
          yield new Step.Spared(failure, Duration.ZERO);
        }
        yield new Step.Fault(failure);
      }
      case FetchResult.Stopped(Stop reason, _) -> {
        if (reason == Stop.PAUSE) {
          attempts.takeBack();
        }
        yield new Step.Interrupted();
      }
    };
  }

  /** A pause comes too late here: all bytes have arrived. */
  private Step publish(Fetched whole) {
    if (control.ending() == Stop.HAND_OVER) {
      whole.part().keep().await();
      return new Step.Interrupted();
    }
    if (control.ending() != null) {
      whole.part().discard();
      return new Step.Interrupted();
    }
    if (dispatch.hasRoomToPublish()) {
      leaveSlot();
    }
    var publication = new Publication(whole.part(), job, whole.contentType(), whole.etag());
    return switch (dispatch.publish(publication).await()) {
      case Published.Stored(StoredFile file) -> {
        dispatch.gates().stored(job.store(), file.bytes());
        yield new Step.Done(file);
      }
      case Published.Refused(Failure failure) -> new Step.Fault(failure);
      case Published.NoRoom(Failure failure, long wanted) -> {
        bytes = Math.max(bytes, wanted);
        dispatch.gates().refused(job.store(), wanted, failure);
        attempts.takeBack();
        yield new Step.Spared(failure, Duration.ZERO);
      }
    };
  }

  private static Step fault(ErrorCode code, String message) {
    return new Step.Fault(Failure.of(code, message));
  }

  private void announce(JobState state, @Nullable Instant until, @Nullable Failure failure) {
    ControlScope pausedWith = state == JobState.WAITING ? control.pausedWith() : null;
    dispatch.announce(account.state(state, until, pausedWith, failure));
  }
}
