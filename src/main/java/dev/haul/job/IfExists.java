package dev.haul.job;

/** What happens when the target is there already. */
public enum IfExists {
  /**
   * Completes without a transfer when the stored file has the job's size and checksum, and replaces
   * it otherwise. With neither in the job nothing is proved, so the file is transferred.
   */
  SKIP,
  /** Transfers and replaces. */
  REPLACE,
  /** Ends with {@link ErrorCode#TARGET_EXISTS}. */
  FAIL
}
