package dev.haul.pipeline;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import java.util.Arrays;

/** A fault in the code of Haul, as a job ends by it. */
final class Fault {
  private static final String OURS = "dev.haul.";

  private Fault() {}

  /**
   * Tells what it is and where, for a report. Its own message stays in the log: it may quote
   * anything, also a URL with its query.
   */
  static Failure of(RuntimeException fault) {
    String place =
        Arrays.stream(fault.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith(OURS))
            .findFirst()
            .map(frame -> " at " + frame.getClassName() + ":" + frame.getLineNumber())
            .orElse("");
    return Failure.of(
        ErrorCode.INTERNAL, fault.getClass().getName() + place + " (see the log of the worker)");
  }
}
