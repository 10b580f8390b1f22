package dev.haul.pipeline;

/** Why a running attempt is told to stop. Its part is kept, unless the job was cancelled. */
public enum Stop {
  /** The worker stops or the partition goes: the job ends without an event and runs elsewhere. */
  HAND_OVER,
  /** Somebody cancelled the job. */
  CANCEL,
  /** Somebody paused the job: it waits, and the attempt does not count. */
  PAUSE
}
