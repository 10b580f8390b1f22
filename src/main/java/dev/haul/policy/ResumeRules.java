package dev.haul.policy;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;

/** When a transfer that broke goes on where it stopped. */
public final class ResumeRules {
  /**
   * An answer that brought at least so much was worth its request: the next one may follow at once,
   * and no attempt is charged. So a file is not given up because its connection breaks again and
   * again, and a server that breaks each at once is still left alone between attempts.
   */
  public static final long WORTHWHILE_BYTES = 1 << 20;

  private ResumeRules() {}

  /** Whether what has come before this failure can be built upon, should the job be tried again. */
  public static boolean keeps(Failure failure) {
    return switch (failure.code()) {
      case INTERRUPTED,
          STALLED,
          DEADLINE,
          THROTTLED,
          HTTP_STATUS,
          REDIRECT,
          CONNECT,
          DNS,
          TLS,
          FORBIDDEN_ADDRESS,
          CREDENTIALS,
          CANCELLED,
          POISON ->
          true;
      // What came may be wrong, or is what takes the room.
      case BAD_RESPONSE,
          TOO_LARGE,
          SIZE_MISMATCH,
          CHECKSUM_MISMATCH,
          BAD_JOB,
          TARGET_EXISTS,
          NO_SPACE,
          STORAGE,
          INTERNAL ->
          false;
    };
  }

  /**
   * Whether to go on within the attempt.
   *
   * @param bytesOfAnswer that the answer brought before it broke
   * @param gained bytes that are here beyond those when an answer last broke: where each starts the
   *     file over, none would ever end it
   */
  public static boolean goesOn(Failure failure, long bytesOfAnswer, long gained) {
    boolean broke = failure.code() == ErrorCode.INTERRUPTED || failure.code() == ErrorCode.STALLED;
    return broke && bytesOfAnswer >= WORTHWHILE_BYTES && gained > 0;
  }
}
