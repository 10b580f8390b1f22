package dev.haul.admin;

import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import io.vertx.core.Future;

/** What the page can have done. Called on an event loop; answers there. */
public interface Operator {
  /**
   * Publishes a command to all workers.
   *
   * @return completes when Kafka has it; fails with a message for people when it cannot be reached
   */
  Future<Void> control(Action action, ControlScope scope);
}
