package dev.haul.pipeline;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.StoredFile;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What one attempt at a job, or the wait before it, came to. */
sealed interface Step {
  record Done(StoredFile file) implements Step {}

  record Fault(Failure failure) implements Step {}

  /** The host is down or the store full: the attempt does not count, and the job waits for them. */
  record Spared(Failure failure, Duration time) implements Step {}

  /** It waits elsewhere until another time. */
  record Moved(Duration step, Instant heldUntil, Instant notBefore, @Nullable Failure last)
      implements Step {}

  /** It must end, or was paused and looks again. */
  record Interrupted() implements Step {}

  static Step fault(ErrorCode code, String message) {
    return new Fault(Failure.of(code, message));
  }
}
