package dev.haul.admin;

import dev.haul.job.JobId;
import dev.haul.job.JobState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of all workers, as the states topic tells them. One thread tells and others ask, so
 * every method holds the monitor; each is short.
 */
public final class Fleet {
  /** At about 500 bytes each; beyond them jobs are counted as {@code more}. */
  static final int MOST = 50_000;

  private final Map<JobId, LiveJob> active = new LinkedHashMap<>();
  private final Map<String, Long> ended = new TreeMap<>();
  private final Map<String, Long> codes = new TreeMap<>();
  private long more;
  private boolean complete;

  /** A job is in a state that is not final. */
  public synchronized void seen(LiveJob job) {
    LiveJob before = active.remove(job.id());
    if (active.size() < MOST) {
      active.put(job.id(), keepProgress(job, before));
    } else {
      more++;
    }
  }

  private static LiveJob keepProgress(LiveJob job, @Nullable LiveJob before) {
    LiveJob.Progress known = before == null ? null : before.progress();
    boolean runsOn =
        before != null && before.attempt() == job.attempt() && job.state() == JobState.RUNNING;
    return known != null && runsOn ? job.with(known) : job;
  }

  /** A running transfer has come further. */
  public synchronized void moved(JobId id, LiveJob.Progress progress) {
    active.computeIfPresent(
        id, (_, job) -> job.state() == JobState.RUNNING ? job.with(progress) : job);
  }

  /**
   * A job has ended.
   *
   * @param code of its error, null when it completed
   */
  public synchronized void ended(JobId id, JobState state, @Nullable String code) {
    active.remove(id);
    ended.merge(LiveBoard.word(state), 1L, Long::sum);
    if (state == JobState.FAILED && code != null) {
      codes.merge(code, 1L, Long::sum);
    }
  }

  /** All that the topic held at the beginning has been told. */
  public synchronized void caughtUp() {
    complete = true;
  }

  /**
   * @param most jobs listed for each state
   */
  synchronized JsonObject json(int most) {
    var states = new TreeMap<String, Long>();
    var workers = new TreeMap<String, JsonObject>();
    for (LiveJob job : active.values()) {
      states.merge(LiveBoard.word(job.state()), 1L, Long::sum);
      JsonObject counts =
          workers.computeIfAbsent(job.worker(), name -> new JsonObject().put("worker", name));
      String state = LiveBoard.word(job.state());
      counts.put(state, counts.getLong(state, 0L) + 1);
    }
    return new JsonObject()
        .put("complete", complete)
        .put("jobs", new JsonObject(new LinkedHashMap<>(states)))
        .put("more", more)
        .put("ended", new JsonObject(new LinkedHashMap<>(ended)))
        .put("failures", new JsonObject(new LinkedHashMap<>(codes)))
        .put("workers", new JsonArray(new ArrayList<>(workers.values())))
        .put("running", list(JobState.RUNNING, most))
        .put("waiting", list(JobState.WAITING, most));
  }

  private JsonArray list(JobState state, int most) {
    List<LiveJob> found = new ArrayList<>();
    for (LiveJob job : active.values()) {
      if (job.state() == state) {
        found.add(job);
      }
    }
    found.sort(Comparator.comparing(LiveJob::since));
    var lines = new JsonArray();
    found.stream().limit(most).forEach(job -> lines.add(job.json()));
    return lines;
  }
}
