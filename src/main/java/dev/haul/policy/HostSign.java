package dev.haul.policy;

import dev.haul.job.Failure;
import org.jspecify.annotations.Nullable;

/** What the end of an attempt says about its host. */
public enum HostSign {
  /** It does its work: bytes came, or an answer that is about the file alone. */
  WELL,
  /** It works, with trouble: it broke off, stalled after some bytes, or had a fault (500). */
  STRAINED,
  /** It asked to be left alone: 429, or 503 with {@code Retry-After}. */
  THROTTLED,
  /** Nothing of it can be reached, or a gateway says so (502, 503, 504). */
  DOWN,
  /** Nothing: the attempt ended for reasons of this side. */
  NOTHING;

  /**
   * @param failure null when the attempt brought the file
   * @param bytes of the body that came
   */
  public static HostSign of(@Nullable Failure failure, long bytes) {
    if (failure == null) {
      return WELL;
    }
    return switch (failure.code()) {
      case DNS, CONNECT, TLS -> DOWN;
      case INTERRUPTED, STALLED -> bytes == 0 ? DOWN : STRAINED;
      case HTTP_STATUS -> ofStatus(failure.status().orElse(0));
      case THROTTLED -> THROTTLED;
      case CREDENTIALS -> failure.status().isPresent() ? WELL : NOTHING;
      case REDIRECT, BAD_RESPONSE, TOO_LARGE, SIZE_MISMATCH, CHECKSUM_MISMATCH -> WELL;
      case BAD_JOB,
          FORBIDDEN_ADDRESS,
          DEADLINE,
          TARGET_EXISTS,
          NO_SPACE,
          STORAGE,
          CANCELLED,
          POISON,
          INTERNAL ->
          NOTHING;
    };
  }

  private static HostSign ofStatus(int status) {
    if (status >= 502 && status <= 504) {
      return DOWN;
    }
    return status >= 500 || status == 408 ? STRAINED : WELL;
  }
}
