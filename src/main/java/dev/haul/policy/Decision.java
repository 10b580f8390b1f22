package dev.haul.policy;

import dev.haul.job.Failure;
import java.time.Duration;

/** What becomes of a job whose attempt has failed. */
public sealed interface Decision {
  /** The job ends with this failure. */
  record GiveUp(Failure failure) implements Decision {}

  /** The job waits without a slot, then makes another attempt. */
  record RetryAfter(Duration delay) implements Decision {}
}
