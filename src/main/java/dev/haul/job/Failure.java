package dev.haul.job;

import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt or a job failed.
 *
 * @param message for people; holds no secret, no query string and no user info
 * @param retryable whether another attempt may end differently
 * @param status the HTTP status that caused it, if one did
 * @param retryAfter how long the server asked to be left alone, null when it did not
 */
public record Failure(
    ErrorCode code,
    String message,
    boolean retryable,
    OptionalInt status,
    @Nullable Duration retryAfter) {

  public static Failure of(ErrorCode code, String message) {
    return new Failure(code, message, code.retryable(), OptionalInt.empty(), null);
  }

  /** The same failure, not to be retried. */
  public Failure fatal() {
    return new Failure(code, message, false, status, retryAfter);
  }
}
