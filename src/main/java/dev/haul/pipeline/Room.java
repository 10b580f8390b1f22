package dev.haul.pipeline;

import dev.haul.job.DownloadJob;
import dev.haul.job.DurationText;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobState;
import dev.haul.job.StoredFile;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The room that one job needs in its store, and how long it has waited for it. Belongs to the
 * dispatch context.
 */
final class Room {
  private final Dispatch dispatch;
  private final DownloadJob job;
  private final JobControl control;
  private final Account account;

  /** Of the file, as far as they are known. */
  private long bytes;

  /** Waited since the last attempt that failed otherwise. */
  private Duration waited = Duration.ZERO;

  Room(Dispatch dispatch, DownloadJob job, JobControl control, Account account) {
    this.dispatch = dispatch;
    this.job = job;
    this.control = control;
    this.account = account;
    this.bytes = job.size().orElse(0);
  }

  boolean isMissing() {
    return dispatch.gates().isClosed(job.store(), bytes);
  }

  /** Why it is missing. */
  Failure reason() {
    return dispatch.gates().reason(job.store());
  }

  /** The store has told how much it needs, and has not. */
  void refused(long wanted, Failure failure) {
    bytes = Math.max(bytes, wanted);
    dispatch.gates().refused(job.store(), wanted, failure);
  }

  void stored(StoredFile file) {
    dispatch.gates().stored(job.store(), file.bytes());
  }

  /** An attempt has failed for another reason: the patience begins anew. */
  void wasEnough() {
    waited = Duration.ZERO;
  }

  /**
   * Waits until the store may have room; runs on the job's virtual thread.
   *
   * @return null when it is worth a look; how the job ends when it has waited for too long
   */
  @Nullable Step await() {
    Failure reason = reason();
    Instant now = dispatch.now();
    Duration wait = dispatch.patience().minus(waited);
    Instant deadline = job.deadline();
    if (deadline != null && !now.isBefore(deadline)) {
      return Step.fault(
          ErrorCode.DEADLINE,
          "the job's deadline " + deadline + " has passed while " + reason.message());
    }
    if (!wait.isPositive()) {
      String time = " (it has waited for " + DurationText.print(dispatch.patience()) + ")";
      return new Step.Fault(Failure.of(ErrorCode.NO_SPACE, reason.message() + time).fatal());
    }
    if (deadline != null && now.plus(wait).isAfter(deadline)) {
      wait = Duration.between(now, deadline);
    }
    dispatch.orders().announce(account.state(JobState.WAITING, null, control.pausedWith(), reason));
    dispatch.sleep(
        Wait.SPACE, wait, Future.any(dispatch.gates().opening(job.store()), control.interrupted()));
    waited = waited.plus(Duration.between(now, dispatch.now()));
    return null;
  }
}
