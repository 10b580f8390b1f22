package dev.haul.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a job that has ended.
 *
 * @param number from 1
 * @param host that served the file or failed last
 * @param code why it failed, null when it did not, like {@code message}
 * @param message for people; holds no secret, no query string and no user info; cut to {@value
 *     #MAX_MESSAGE} characters
 * @param bytes body bytes received
 * @param worker whose attempt it was
 */
public record Attempt(
    int number,
    Instant startedAt,
    Instant endedAt,
    String host,
    @Nullable ErrorCode code,
    @Nullable String message,
    long bytes,
    String worker) {

  /** As many as tell what happened; a history has {@link History#MOST} of them. */
  private static final int MAX_MESSAGE = 256;

  public Attempt {
    if (message != null && message.length() > MAX_MESSAGE) {
      message = message.substring(0, MAX_MESSAGE - 1) + "…";
    }
  }
}
