package dev.haul.admin;

import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import io.vertx.core.Future;
import java.util.List;

/**
 * What the page can have done. Called on an event loop; answers there, and fails with a message for
 * people when Kafka cannot be reached.
 */
public interface Operator {
  /**
   * Publishes a command to all workers.
   *
   * @return completes when Kafka has it
   */
  Future<Void> control(Action action, ControlScope scope);

  /** Reads the open dead letters among the latest ones, the latest first. */
  Future<List<DeadJob>> dead();

  /** Publishes the jobs of such letters again, each once, however it ends. */
  Future<Redriven> redrive(DeadFilter filter);

  /**
   * What came of a redrive.
   *
   * @param refused letters of topics that this worker does not read
   */
  record Redriven(int done, int refused) {}
}
