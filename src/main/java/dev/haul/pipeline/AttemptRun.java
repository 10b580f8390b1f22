package dev.haul.pipeline;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.job.JobState;
import dev.haul.job.StoredFile;
import dev.haul.pipeline.FetchResult.Fetched;
import dev.haul.pipeline.Slots.Admission;
import dev.haul.pipeline.Slots.Slot;
import dev.haul.pipeline.Slots.Waiter;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a job: waits for a slot, fetches, publishes, and holds the slot no longer than the
 * bytes need. What ran when a worker died runs beside no other such job, so that who did it shows;
 * a slot that comes while another does goes back. Runs on the job's virtual thread and reads top to
 * bottom.
 */
final class AttemptRun {
  private final Dispatch dispatch;
  private final JobRecord.Valid record;
  private final DownloadJob job;
  private final JobControl control;
  private final Attempts attempts;
  private final Account account;
  private final Room room;

  /** Workers that have died while the job ran. */
  private final int deaths;

  private boolean transferring;
  private @Nullable Slot slot;
  private @Nullable FetchResult fetched;

  AttemptRun(
      Dispatch dispatch,
      JobRecord.Valid record,
      JobControl control,
      Attempts attempts,
      Account account,
      Room room,
      int deaths) {
    this.dispatch = dispatch;
    this.record = record;
    this.job = record.job();
    this.control = control;
    this.attempts = attempts;
    this.account = account;
    this.room = room;
    this.deaths = deaths;
  }

  /** Whether it has its slot, so that a stop would waste what it does. */
  boolean isTransferring() {
    return transferring;
  }

  /**
   * @param place where it waits for its slot
   */
  Step run(Waiter place) {
    switch (dispatch.await(place, control)) {
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
    if (control.interrupted().isComplete()) {
      leaveSlot();
      return new Step.Interrupted();
    }
    if (room.isMissing()) {
      leaveSlot();
      return new Step.Spared(room.reason(), Duration.ZERO);
    }
    if (deaths > 0 && !dispatch.suspicion().turns().take()) {
      leaveSlot();
      return new Step.Interrupted();
    }
    transferring = true;
    try {
      dispatch.suspicion().evidence().runs(record.position(), deaths);
      Instant deadline = job.deadline();
      if (deadline != null && !dispatch.now().isBefore(deadline)) {
        return Step.fault(ErrorCode.DEADLINE, "the job's deadline " + deadline + " has passed");
      }
      return ended(
          attempts.begun() == 0 && job.ifExists() != IfExists.REPLACE
              ? findThenTransfer()
              : transfer());
    } catch (RuntimeException e) {
      JobLog.fault(record, e);
      if (!attempts.isUnderWay()) {
        attempts.begin(job.url().host(), dispatch.now());
      }
      return ended(new Step.Fault(Fault.of(e)));
    } finally {
      transferring = false;
      leaveSlot();
      if (deaths > 0) {
        dispatch.suspicion().turns().leave();
      }
      dispatch.suspicion().evidence().rests(record.position());
    }
  }

  /** Notes how the attempt ended, if one was made. */
  private Step ended(Step step) {
    switch (step) {
      case Step.Done _ -> attempts.end(null, dispatch.now());
      case Step.Fault(Failure failure) -> {
        attempts.end(failure, dispatch.now());
        JobLog.attemptFailed(record, attempts.begun(), failure);
      }
      case Step.Spared _ -> {}
      case Step.Moved _ -> {}
      case Step.Interrupted() -> {
        if (control.ending() == Stop.CANCEL) {
          attempts.end(control.cancelled(), dispatch.now());
        }
      }
    }
    return step;
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
    return switch (dispatch.orders().find(job, job.size(), job.checksum()).await()) {
      case Found.Nothing() -> transfer();
      case Found.Same(StoredFile file) when job.ifExists() == IfExists.SKIP -> new Step.Done(file);
      case Found.Same _, Found.Different _ ->
          job.ifExists() == IfExists.FAIL
              ? Step.fault(ErrorCode.TARGET_EXISTS, "target " + job.target() + " exists")
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
    dispatch.orders().announce(account.state(JobState.RUNNING, null, null, null));
    var order =
        new FetchOrder(
            job,
            record.position().partition(),
            attempts.begun(),
            dispatch.orders().extraSlots(record),
            dispatch.orders().advanced(record),
            control.interrupted(),
            account.traceparent(),
            attempts.trace());
    FetchResult result = dispatch.orders().fetch(order).await();
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
    if (dispatch.orders().hasRoomToPublish()) {
      leaveSlot();
    }
    var publication = new Publication(whole.part(), job, whole.contentType(), whole.etag());
    return switch (dispatch.orders().publish(publication).await()) {
      case Published.Stored(StoredFile file) -> {
        room.stored(file);
        yield new Step.Done(file);
      }
      case Published.Refused(Failure failure) -> new Step.Fault(failure);
      case Published.NoRoom(Failure failure, long wanted) -> {
        room.refused(wanted, failure);
        attempts.takeBack();
        yield new Step.Spared(failure, Duration.ZERO);
      }
    };
  }
}
