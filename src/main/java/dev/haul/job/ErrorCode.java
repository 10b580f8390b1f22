package dev.haul.job;

import java.util.Locale;

/** The closed set of reasons for which an attempt or a job fails; the wire name is kebab case. */
public enum ErrorCode {
  /** The record is no valid job. */
  BAD_JOB(false),
  /** An address of the host may not be reached. */
  FORBIDDEN_ADDRESS(false),
  /** The host name could not be resolved. */
  DNS(true),
  /** No connection could be made. */
  CONNECT(true),
  /** The TLS handshake failed. */
  TLS(false),
  /** The server answered with an error status; 408, 425 and 5xx may be retried. */
  HTTP_STATUS(false),
  /** The server asked to come back later (429, or 503 with Retry-After). */
  THROTTLED(true),
  /** A redirect that cannot be followed. */
  REDIRECT(false),
  /** The answer breaks HTTP or is not what was asked for. */
  BAD_RESPONSE(true),
  /** The connection closed before the body was complete. */
  INTERRUPTED(true),
  /** Bytes came too slowly, or none came for too long. */
  STALLED(true),
  /** The job's deadline or the time for all of a transfer has passed. */
  DEADLINE(false),
  /** The body is larger than allowed. */
  TOO_LARGE(false),
  /** The body does not have the job's size. */
  SIZE_MISMATCH(true),
  /** The body does not have the job's checksum. */
  CHECKSUM_MISMATCH(true),
  /** The target is there and {@code ifExists} is {@code fail}. */
  TARGET_EXISTS(false),
  /** The store's disk is full. */
  NO_SPACE(true),
  /** The store failed. */
  STORAGE(true),
  /** The named credentials are unknown or unusable. */
  CREDENTIALS(false),
  /** Somebody cancelled the job. */
  CANCELLED(false),
  /** The job was in flight too often when its worker died. */
  POISON(false),
  /** A fault of Haul itself. */
  INTERNAL(true);

  private final boolean retryable;
  private final String wireName;

  ErrorCode(boolean retryable) {
    this.retryable = retryable;
    this.wireName = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether another attempt may end differently, unless the failure says otherwise. */
  public boolean retryable() {
    return retryable;
  }

  public String wireName() {
    return wireName;
  }
}
