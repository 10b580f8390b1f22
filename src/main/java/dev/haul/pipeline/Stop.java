package dev.haul.pipeline;

/** Why a running attempt is told to stop. Whatever the reason, its part is discarded. */
public enum Stop {
  /** The worker stops or the partition goes: the job ends without an event and runs elsewhere. */
  HAND_OVER,
  /** Somebody cancelled the job. */
  CANCEL,
  /** Somebody paused the job: it waits, and the attempt does not count. */
  PAUSE
}
