package dev.haul.job;

/** How a job ended. */
public enum Outcome {
  COMPLETED,
  FAILED,
  CANCELLED
}
