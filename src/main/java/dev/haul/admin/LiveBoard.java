package dev.haul.admin;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this worker does just now, from its own events. {@link #onEvent} is called on the report
 * thread; every other method may be called on any. Bounded by the jobs that the worker has taken.
 */
public final class LiveBoard {
  private static final int RECENT_FAILURES = 100;
  private static final int MOST_HOSTS = 20;

  private final String worker;
  private final Instant startedAt;

  // Written by the report thread and read by event loops, which must not wait for it: it may be
  // blocked by Kafka.
  private final Map<JobId, LiveJob> jobs = new ConcurrentHashMap<>();
  private final Map<Outcome, AtomicLong> outcomes = counters(Outcome.values());
  private final Map<ErrorCode, AtomicLong> failures = counters(ErrorCode.values());
  private final AtomicLong storedBytes = new AtomicLong();
  private final Throughput throughput = new Throughput();
  private final Deque<JsonObject> recentFailures = new ArrayDeque<>();

  public LiveBoard(String worker, Instant startedAt) {
    this.worker = worker;
    this.startedAt = startedAt;
  }

  /** Takes what has happened. */
  public void onEvent(JobEvent event) {
    switch (event) {
      case JobEvent.StateChanged changed -> jobs.put(changed.jobId(), live(changed));
      case JobEvent.Progress progress -> onProgress(progress);
      case JobEvent.Ended ended -> onEnd(ended);
    }
  }

  private LiveJob live(JobEvent.StateChanged changed) {
    return new LiveJob(
        changed.jobId(),
        changed.state(),
        changed.host(),
        changed.target().path(),
        changed.attempt(),
        changed.until(),
        reason(changed),
        worker,
        null,
        changed.at());
  }

  private static @Nullable String reason(JobEvent.StateChanged changed) {
    if (changed.pausedWith() != null) {
      return "paused with " + changed.pausedWith();
    }
    Failure failure = changed.failure();
    return failure == null ? null : failure.code().wireName() + ": " + failure.message();
  }

  /** One that comes after the end of its job is of no interest any more. */
  private void onProgress(JobEvent.Progress progress) {
    var now =
        new LiveJob.Progress(
            progress.bytes(),
            progress.totalBytes(),
            progress.bytesPerSecond(),
            progress.etaSeconds());
    LiveJob before = jobs.get(progress.jobId());
    if (before != null && before.state() == JobState.RUNNING) {
      long had = before.progress() == null ? progress.bytes() : before.progress().bytes();
      jobs.replace(progress.jobId(), before, before.with(now));
      throughput.add(progress.at().getEpochSecond(), Math.max(0, progress.bytes() - had), 0);
    }
  }

  private void onEnd(JobEvent.Ended ended) {
    LiveJob before = jobs.remove(ended.jobId());
    count(outcomes, ended.outcome());
    long counted = before == null || before.progress() == null ? 0 : before.progress().bytes();
    long size = ended.file() == null ? 0 : ended.file().bytes();
    storedBytes.addAndGet(size);
    // A small file tells no progress in between: its bytes come with its end.
    long rest = ended.bytesTransferred() > 0 && counted == 0 ? size : 0;
    throughput.add(ended.at().getEpochSecond(), rest, 1);
    Failure failure = ended.failure();
    if (failure != null && ended.outcome() == Outcome.FAILED) {
      count(failures, failure.code());
      remember(ended, failure, before);
    }
  }

  private void remember(JobEvent.Ended ended, Failure failure, @Nullable LiveJob before) {
    var line =
        new JsonObject()
            .put("jobId", ended.jobId().value())
            .put("code", failure.code().wireName())
            .put("message", failure.message())
            .put("attempts", ended.attempts())
            .put("at", ended.at().toString());
    if (ended.target() != null) {
      line.put("target", ended.target().path());
    }
    if (before != null && before.host() != null) {
      line.put("host", before.host());
    }
    // Short and rare, so a lock: the deque is read as a whole.
    synchronized (recentFailures) {
      recentFailures.addFirst(line);
      if (recentFailures.size() > RECENT_FAILURES) {
        recentFailures.removeLast();
      }
    }
  }

  /** The jobs in one state, or all; those that have been in it longest come first. */
  List<LiveJob> jobs(@Nullable JobState state, int most) {
    List<LiveJob> found = new ArrayList<>();
    for (LiveJob job : jobs.values()) {
      if (state == null || job.state() == state) {
        found.add(job);
      }
    }
    found.sort(Comparator.comparing(LiveJob::since).thenComparing(job -> job.id().value()));
    return found.size() > most ? found.subList(0, most) : found;
  }

  @Nullable LiveJob job(JobId id) {
    return jobs.get(id);
  }

  /** Everything but the single jobs. */
  JsonObject overview(Instant now) {
    var states = new EnumMap<JobState, Integer>(JobState.class);
    var hosts = new HashMap<String, Map<JobState, Integer>>();
    double rate = 0;
    for (LiveJob job : jobs.values()) {
      states.merge(job.state(), 1, Integer::sum);
      hosts
          .computeIfAbsent(String.valueOf(job.host()), _ -> new EnumMap<>(JobState.class))
          .merge(job.state(), 1, Integer::sum);
      if (job.progress() != null) {
        rate += job.progress().bytesPerSecond().orElse(0);
      }
    }
    return new JsonObject()
        .put("worker", worker)
        .put("startedAt", startedAt.toString())
        .put("at", now.toString())
        .put("jobs", putCounts(new JsonObject(), states))
        .put("ended", json(outcomes, LiveBoard::word))
        .put("failures", json(failures, ErrorCode::wireName))
        .put("storedBytes", storedBytes.get())
        .put("bytesPerSecond", Math.round(rate))
        .put("hosts", busiest(hosts))
        .put("throughput", throughput.json(now.getEpochSecond()));
  }

  private static JsonObject putCounts(JsonObject json, Map<JobState, Integer> counts) {
    for (JobState state : List.of(JobState.RUNNING, JobState.QUEUED, JobState.WAITING)) {
      json.put(word(state), counts.getOrDefault(state, 0));
    }
    return json;
  }

  private static JsonArray busiest(Map<String, Map<JobState, Integer>> hosts) {
    var lines = new JsonArray();
    hosts.entrySet().stream()
        .sorted(
            Comparator.comparingInt(LiveBoard::total).reversed().thenComparing(Map.Entry::getKey))
        .limit(MOST_HOSTS)
        .forEach(host ->
            lines.add(putCounts(new JsonObject().put("host", host.getKey()), host.getValue())));
    return lines;
  }

  private static int total(Map.Entry<String, Map<JobState, Integer>> host) {
    return host.getValue().values().stream().mapToInt(Integer::intValue).sum();
  }

  private static <E extends Enum<E>> Map<E, AtomicLong> counters(E[] all) {
    return Stream.of(all)
        .collect(Collectors.toUnmodifiableMap(each -> each, _ -> new AtomicLong()));
  }

  private static <E extends Enum<E>> void count(Map<E, AtomicLong> counters, E what) {
    counters.getOrDefault(what, new AtomicLong()).incrementAndGet();
  }

  /** Those that are not zero, by name. */
  private static <E extends Enum<E>> JsonObject json(
      Map<E, AtomicLong> counters, Function<E, String> name) {
    var counts = new TreeMap<String, Object>();
    counters.forEach((what, count) -> {
      if (count.get() > 0) {
        counts.put(name.apply(what), count.get());
      }
    });
    return new JsonObject(counts);
  }

  JsonArray recentFailures() {
    synchronized (recentFailures) {
      return new JsonArray(new ArrayList<>(recentFailures));
    }
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
