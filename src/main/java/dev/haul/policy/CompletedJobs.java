package dev.haul.policy;

import dev.haul.job.DownloadJob;
import dev.haul.job.JobEvent;
import dev.haul.job.JobId;
import dev.haul.job.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that have completed lately, by their ids: the last of each id, and a bounded number of
 * them. Belongs to one thread.
 */
public final class CompletedJobs {
  /**
   * @param origin of its record
   */
  public record Completed(DownloadJob job, Position origin, JobEvent.Ended end) {}

  private final Duration window;
  private final long most;

  private final Map<JobId, Completed> byId =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, Completed> eldest) {
          return size() > most;
        }
      };

  /**
   * @param window how long a completion counts; zero for not at all
   * @param most of them, at about 2 KiB each
   */
  public CompletedJobs(Duration window, long most) {
    this.window = window;
    this.most = most;
  }

  public void add(Completed completed) {
    JobId id = completed.job().id();
    byId.remove(id);
    if (!window.isZero()) {
      byId.put(id, completed);
    }
  }

  /** The completion within the window of the very same job; null when there is none. */
  public @Nullable Completed find(DownloadJob job, Instant now) {
    Completed last = byId.get(job.id());
    if (last == null) {
      return null;
    }
    if (last.end().at().plus(window).isBefore(now)) {
      byId.remove(job.id());
      return null;
    }
    return last.job().equals(job) ? last : null;
  }
}
