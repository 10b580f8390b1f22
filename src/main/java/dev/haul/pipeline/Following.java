package dev.haul.pipeline;

import dev.haul.job.JobEvent.Ended;
import dev.haul.job.Position;
import dev.haul.pipeline.Store.Found;
import dev.haul.policy.CompletedJobs.Completed;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Lets a job's record follow an earlier one with its id. Runs on the job's virtual thread. */
final class Following {
  private final Dispatch dispatch;
  private final JobRecord.Valid record;
  private final JobControl control;
  private final Account account;

  Following(Dispatch dispatch, JobRecord.Valid record, JobControl control, Account account) {
    this.dispatch = dispatch;
    this.record = record;
    this.control = control;
    this.account = account;
  }

  /** What the earlier record has made of the same job; null when this one goes its own way. */
  @Nullable Settlement settlement(Earlier earlier) {
    return switch (earlier) {
      case Earlier.Nothing() -> null;
      case Earlier.Other(JobRun run) -> {
        await(run);
        yield null;
      }
      case Earlier.Same(JobRun run) -> {
        Settlement settlement = await(run);
        yield settlement == null ? null : shared(settlement, run.record().source().origin());
      }
      case Earlier.Done(Completed completed) ->
          isStillThere(completed.end()) ? again(completed) : null;
    };
  }

  /** Waits for another run; null when that is handed over, or this one has to end itself. */
  private @Nullable Settlement await(JobRun run) {
    while (control.ending() == null && !run.over().isComplete()) {
      control.look();
      dispatch.pass(Wait.SAME_ID, Future.any(run.over(), control.interrupted()));
    }
    return control.ending() == null ? run.over().result() : null;
  }

  private @Nullable Settlement shared(Settlement settlement, Position first) {
    return switch (settlement) {
      case Settlement.Ended(Ended end, _) -> account.duplicate(end, first);
      case Settlement.Moved(var state, Carried others, Duration step, _) ->
          dispatch.mayMove(record.source())
              ? account.moved(step, others.heldUntil(), others.notBefore(), state.failure())
              : null;
    };
  }

  /** A record that comes once more, because its end was not in Kafka in time, ends as it did. */
  private Settlement again(Completed completed) {
    boolean itself = completed.origin().equals(record.source().origin());
    return itself
        ? new Settlement.Ended(completed.end(), record.source())
        : account.duplicate(completed.end(), completed.origin());
  }

  /** Somebody may have taken the file away; its size is a quick look, its digest is not. */
  private boolean isStillThere(Ended end) {
    return end.file() != null
        && dispatch.orders().find(record.job(), OptionalLong.of(end.file().bytes()), null).await()
            instanceof Found.Same;
  }
}
