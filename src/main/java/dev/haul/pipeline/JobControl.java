package dev.haul.pipeline;

import dev.haul.job.ControlScope;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What others want of a job: that it ends, or that it waits. What counts is the state here; {@link
 * #interrupted} only says that it is time to look. Belongs to the dispatch context.
 */
final class JobControl {
  private Promise<Stop> interrupt = Promise.promise();
  private @Nullable Stop ending;
  private @Nullable ControlScope cancelledWith;
  private @Nullable ControlScope pausedWith;

  /** Makes the job end soon without an event, unless it is cancelled already. */
  void handOver() {
    end(Stop.HAND_OVER);
  }

  /** Makes the job end soon, unless it is handed over already. */
  void cancel(ControlScope scope) {
    cancelledWith = cancelledWith == null ? scope : cancelledWith;
    end(Stop.CANCEL);
  }

  private void end(Stop reason) {
    if (ending == null) {
      ending = reason;
      interrupt.tryComplete(reason);
    }
  }

  /**
   * Makes the job wait, or go on.
   *
   * @param scope whose pause holds it, null when none does
   */
  void pause(@Nullable ControlScope scope) {
    if (!Objects.equals(pausedWith, scope)) {
      pausedWith = scope;
      interrupt.tryComplete(Stop.PAUSE);
    }
  }

  /** Why the job must end, null while it need not. */
  @Nullable Stop ending() {
    return ending;
  }

  /** How a job ends that was cancelled. */
  Failure cancelled() {
    return Failure.of(ErrorCode.CANCELLED, "cancelled with " + cancelledWith);
  }

  /** Whose pause holds the job, null when none does. */
  @Nullable ControlScope pausedWith() {
    return pausedWith;
  }

  /** Completes when something has changed since {@link #look}. */
  Future<Stop> interrupted() {
    return interrupt.future();
  }

  /** Begins to wait for changes after this moment; call it before looking at the state. */
  void look() {
    interrupt = Promise.promise();
  }
}
