package dev.haul.pipeline;

import dev.haul.job.ControlCommand;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** Where commands come from; every worker reads all of them. */
public interface ControlSource {
  /**
   * Reads the commands that are kept, then those that come; what is no command is left out.
   *
   * @param listener called on the caller's context, with commands in their order
   * @return completes on the caller's context when the listener has been given those that are kept,
   *     or when that has taken too long: a worker goes on without, and hears them later; never
   *     fails
   */
  Future<Void> start(Consumer<List<ControlCommand>> listener);

  /** Stops reading. */
  Future<Void> close();
}
