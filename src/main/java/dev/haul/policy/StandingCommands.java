package dev.haul.policy;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The commands that count for jobs to come: the latest of each {@linkplain ControlCommand#key key},
 * as in the compacted topic, unless it is a resume. When there are too many the oldest are
 * forgotten.
 */
public final class StandingCommands {
  /** At about 300 bytes each. */
  static final int MOST = 100_000;

  private final ControlScope.Worker self;

  private final Map<String, ControlCommand> byKey =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ControlCommand> eldest) {
          return size() > MOST;
        }
      };

  /**
   * @param self the worker that asks
   */
  public StandingCommands(ControlScope.Worker self) {
    this.self = self;
  }

  /** Takes the next command of the topic. */
  public void take(ControlCommand command) {
    byKey.remove(command.key());
    if (command.action() != Action.RESUME) {
      byKey.put(command.key(), command);
    }
  }

  /** Whether a command is about a job that this worker has. */
  public boolean concerns(ControlCommand command, DownloadJob job) {
    return scopes(job).contains(command.scope());
  }

  /** The narrowest pause that holds a job, null when none does. */
  public @Nullable ControlScope pauseOf(DownloadJob job) {
    if (byKey.isEmpty()) {
      return null;
    }
    for (ControlScope scope : scopes(job)) {
      if (standing(Action.PAUSE, scope) != null) {
        return scope;
      }
    }
    return null;
  }

  /**
   * The narrowest cancel that ends a job which has just come, null when none does. One for the jobs
   * of a worker never does: those were the jobs that it had.
   *
   * @param published the timestamp of the job's record; a cancel ends what is not younger than it
   */
  public @Nullable ControlScope cancelOf(DownloadJob job, Instant published) {
    if (byKey.isEmpty()) {
      return null;
    }
    for (ControlScope scope : scopes(job)) {
      ControlCommand cancel = standing(Action.CANCEL, scope);
      if (cancel != null && !scope.equals(self) && !published.isAfter(cancel.at())) {
        return scope;
      }
    }
    return null;
  }

  private @Nullable ControlCommand standing(Action action, ControlScope scope) {
    ControlCommand command = byKey.get(ControlCommand.key(action, scope));
    return command != null && command.action() == action ? command : null;
  }

  /** All that a job belongs to, the narrowest first. */
  private List<ControlScope> scopes(DownloadJob job) {
    return List.of(
        new ControlScope.Job(job.id()),
        new ControlScope.Host(job.url().host()),
        self,
        new ControlScope.All());
  }
}
