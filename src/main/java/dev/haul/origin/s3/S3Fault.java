package dev.haul.origin.s3;

/** How an answer breaks. */
public enum S3Fault {
  /** 503 SlowDown. */
  SLOW_DOWN,
  /** 500 in the middle of the body. */
  ERROR,
  /** 403 AccessDenied. */
  DENIED,
  /** 507, as servers answer whose disks are full. */
  FULL,
  /** The connection is closed in the middle of the body. */
  CUT,
  /** All is done, but the connection is closed instead of an answer. */
  NO_ANSWER,
  /** A part is answered for, and not kept. */
  LOST,
  /** A part is answered for with a tag that it does not have. */
  WRONG_TAG,
  /** What is read has a bit that was not written. */
  DAMAGED,
  /** Conditions are not looked at. */
  UNCONDITIONAL
}
