package dev.haul.job;

/** Where a job is. The last three are final. */
public enum JobState {
  /** Taken from the topic, no slot yet. */
  QUEUED,
  /** Holds a slot: bytes are on their way. */
  RUNNING,
  /** Holds no slot until a time comes: a back-off or {@code notBefore}. */
  WAITING,
  COMPLETED,
  FAILED,
  CANCELLED
}
