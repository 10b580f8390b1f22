package dev.haul.pipeline;

import dev.haul.job.ControlCommand;
import io.vertx.core.Future;
import java.util.List;

/** Where commands come from; every worker reads all of them. */
public interface ControlSource {

  /** What the source tells: commands in their order, on the context of whoever starts it. */
  interface Listener {
    /**
     * Commands that were kept when the source was started. They come before all others, but perhaps
     * when jobs have come already.
     */
    void kept(List<ControlCommand> commands);

    /** Commands that were given since. */
    void given(List<ControlCommand> commands);
  }

  /**
   * Reads the commands that are kept, then those that come; what is no command is left out.
   *
   * @return completes on the caller's context when the listener has been given those that are kept,
   *     or when that has taken too long: a worker goes on without, and hears them later; never
   *     fails
   */
  Future<Void> start(Listener listener);

  /** Stops reading. */
  Future<Void> close();
}
