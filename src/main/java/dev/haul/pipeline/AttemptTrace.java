package dev.haul.pipeline;

import dev.haul.job.Failure;
import org.jspecify.annotations.Nullable;

/** One attempt at a job. Called on any thread. */
public interface AttemptTrace {
  /** Of an attempt that is not followed. */
  AttemptTrace NONE = new AttemptTrace() {};

  /**
   * The first bytes of the body come.
   *
   * @param bytes that are here already, from earlier attempts
   */
  default void beginsAt(long bytes) {}

  /**
   * @param failure null when it succeeded
   * @param host that was asked last
   * @param bytes of the body that were received
   */
  default void ended(@Nullable Failure failure, String host, long bytes) {}

  /** It was cut short, or does not count because its host is down or its store full. */
  default void takenBack(String host, long bytes) {}
}
