package dev.haul.pipeline;

/** What a job without a slot waits for, other than a slot. */
public enum Wait {
  /** The end of a back-off. */
  RETRY,
  /** Its {@code notBefore}. */
  NOT_BEFORE,
  /** The end of a pause. */
  PAUSE,
  /** The time until which its retry topic holds it. */
  LADDER,
  /** The end of an earlier job with its id. */
  SAME_ID,
  /** Room in its store. */
  SPACE
}
