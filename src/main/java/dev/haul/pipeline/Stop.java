package dev.haul.pipeline;

/** Why a running job is told to stop. */
public enum Stop {
  /** The worker stops or the partition goes: the job ends without an event and runs elsewhere. */
  HAND_OVER,
  /** Somebody cancelled the job. */
  CANCEL
}
