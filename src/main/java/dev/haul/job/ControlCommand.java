package dev.haul.job;

import java.time.Instant;
import java.util.Locale;

/**
 * A command to the workers.
 *
 * @param at the timestamp of its record
 */
public record ControlCommand(Action action, ControlScope scope, Instant at) {

  /** What is to become of the jobs. */
  public enum Action {
    /** Ends them: those that a worker has, and those published before the command. */
    CANCEL,
    /** Keeps them from running until they are resumed: those published later, too. */
    PAUSE,
    /** Takes back a pause of the same scope. */
    RESUME;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
      return wireName;
    }
  }

  /** The key of its record. */
  public String key() {
    return key(action, scope);
  }

  /**
   * The key under which a command counts; the latest of each does. For a job it is the job's id.
   * Elsewhere a cancel has a key of its own: the host that is resumed for new jobs has not got back
   * the old ones.
   */
  public static String key(Action action, ControlScope scope) {
    boolean apart = action == Action.CANCEL && !(scope instanceof ControlScope.Job);
    return apart ? "cancel/" + scope.key() : scope.key();
  }
}
