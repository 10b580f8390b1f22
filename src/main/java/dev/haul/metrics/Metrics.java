package dev.haul.metrics;

import dev.haul.job.ErrorCode;
import dev.haul.job.JobEvent;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.policy.HostReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a worker counts, for Prometheus. Labels come from closed sets: never a URL or a job; of
 * hosts the 20 busiest are named. Every method may be called on any thread, also concurrently.
 */
public final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmMetrics jvm = new JvmMetrics();
  private final Map<ErrorCode, Counter> failed = byCode(code -> ended("failed", code.wireName()));
  private final Counter completed = ended("completed", "none");
  private final Counter cancelled = ended("cancelled", ErrorCode.CANCELLED.wireName());
  private final Map<Outcome, Timer> durations = new EnumMap<>(Outcome.class);
  private final Counter attempts =
      Counter.builder("haul.attempts").description("Attempts that began").register(registry);
  private final Counter duplicates =
      Counter.builder("haul.duplicates")
          .description("Jobs that ended as an earlier record of the same job did")
          .register(registry);
  private final Counter transferred =
      Counter.builder("haul.transferred.bytes")
          .description("Body bytes received for jobs that have ended, all attempts together")
          .register(registry);
  private final Counter stored =
      Counter.builder("haul.stored.bytes")
          .description("Bytes of the files of completed jobs")
          .register(registry);
  private final LongAdder files = new LongAdder();
  private final Timer loopDelay =
      Timer.builder("haul.event.loop.delay")
          .description("How late a timer of an event loop fires")
          .serviceLevelObjectives(Buckets.ofLoopDelays())
          .register(registry);

  /** Written by whoever brings the newest event; a lost race costs milliseconds. */
  private volatile long lastProgressMillis;

  /** Null until somebody can tell of hosts. */
  private volatile @Nullable HostMetrics hosts;

  public Metrics() {
    jvm.bindTo(registry);
    for (Outcome outcome : Outcome.values()) {
      durations.put(
          outcome,
          Timer.builder("haul.job.duration")
              .description("From the record being taken to the job's end")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .serviceLevelObjectives(Buckets.ofJobs())
              .register(registry));
    }
    Gauge.builder("haul.last.progress.timestamp.seconds", () -> lastProgressMillis / 1000.0)
        .description("When a transfer last moved or a job last ended, since 1970; 0 for never")
        .register(registry);
  }

  /** Counts what an event tells. */
  public void onEvent(JobEvent event) {
    switch (event) {
      case JobEvent.Progress progress -> lastProgressMillis = progress.at().toEpochMilli();
      case JobEvent.StateChanged changed -> onState(changed);
      case JobEvent.Ended ended -> onEnd(ended);
    }
  }

  private void onState(JobEvent.StateChanged changed) {
    if (changed.state() == JobState.RUNNING) {
      attempts.increment();
    }
  }

  private void onEnd(JobEvent.Ended ended) {
    switch (ended.outcome()) {
      case COMPLETED -> {
        completed.increment();
        if (ended.file() != null && ended.duplicateOf() == null) {
          stored.increment((double) ended.file().bytes());
          files.increment();
        }
      }
      case CANCELLED -> cancelled.increment();
      case FAILED ->
          count(failed, ended.failure() == null ? ErrorCode.INTERNAL : ended.failure().code());
    }
    if (ended.duplicateOf() != null) {
      duplicates.increment();
    }
    transferred.increment((double) ended.bytesTransferred());
    Timer duration = durations.get(ended.outcome());
    if (duration != null) {
      duration.record(Duration.between(ended.acceptedAt(), ended.at()));
    }
    lastProgressMillis = ended.at().toEpochMilli();
  }

  /** Bytes of a completed file, on average; 0 before the first. For any thread. */
  public double meanBytes() {
    long count = files.sum();
    return count == 0 ? 0 : stored.count() / count;
  }

  /** Has a level asked for at each scrape, on the thread of the scrape. */
  public void gauge(Level level, LongSupplier value) {
    Gauge.builder(level.meter(), value, LongSupplier::getAsLong)
        .description(level.help())
        .tags(level.tags())
        .strongReference(true)
        .register(registry);
  }

  /** Has the attempts that failed and are made again asked for; they never fall. */
  public void retries(ToLongFunction<ErrorCode> total) {
    for (ErrorCode code : ErrorCode.values()) {
      FunctionCounter.builder("haul.retries", code, total::applyAsLong)
          .description("Attempts that failed and are made again, by error code")
          .tag("code", code.wireName())
          .register(registry);
    }
  }

  /** Has the jobs that have moved to a retry topic asked for; they never fall. */
  public void moves(String topic, LongSupplier total) {
    FunctionCounter.builder("haul.moves", this, _ -> total.getAsLong())
        .description("Jobs that have gone to wait in a retry topic")
        .tag("topic", topic)
        .register(registry);
  }

  /** Has the hosts asked for at each scrape. */
  public void hosts(Supplier<List<HostReport>> reports) {
    hosts = new HostMetrics(registry, reports);
  }

  /** Has the number of progress events that were dropped asked for; it never falls. */
  public void progressDropped(LongSupplier total) {
    // The meter holds its first argument weakly, the function for good.
    FunctionCounter.builder("haul.progress.dropped", this, _ -> total.getAsLong())
        .description("Progress events dropped because Kafka was slow")
        .register(registry);
  }

  /** Has the batches of ends asked for: how many, how long they took in ns, how many failed. */
  public void batches(LongSupplier published, LongSupplier nanos, LongSupplier refused) {
    timed(
        "haul.batch.duration", "Transactions of ends and offsets that were made", published, nanos);
    FunctionCounter.builder("haul.batch.refused", this, _ -> refused.getAsLong())
        .description("Transactions that were not made, and sent again")
        .register(registry);
  }

  /** Has the hand-overs of partitions asked for: how many, and how long they took in ns. */
  public void handOvers(LongSupplier count, LongSupplier nanos) {
    timed("haul.handover.duration", "Partitions given up to the group", count, nanos);
  }

  private void timed(String name, String help, LongSupplier count, LongSupplier nanos) {
    FunctionTimer.builder(
            name, this, _ -> count.getAsLong(), _ -> nanos.getAsLong(), TimeUnit.NANOSECONDS)
        .description(help)
        .register(registry);
  }

  /** Has something asked for at each scrape that never falls, such as what a client counts. */
  public void total(String meter, String help, DoubleSupplier total) {
    FunctionCounter.builder(meter, this, _ -> total.getAsDouble())
        .description(help)
        .register(registry);
  }

  /** Watches the disk of a store. */
  public void store(String name, Path root) {
    Gauge.builder("haul.store.free.bytes", root, folder -> folder.toFile().getUsableSpace())
        .description("Bytes free on the disk of a store")
        .tag("store", name)
        .strongReference(true)
        .register(registry);
  }

  /** Takes the lateness of one timer of an event loop. */
  void loopDelay(long nanos) {
    loopDelay.record(Duration.ofNanos(Math.max(0, nanos)));
  }

  /**
   * Everything, as text. Asks disks and the JVM: not for an event loop.
   *
   * @param contentType of the text wanted: Prometheus text or OpenMetrics
   */
  public String scrape(String contentType) {
    HostMetrics shown = hosts;
    if (shown != null) {
      shown.refresh();
    }
    return registry.scrape(contentType);
  }

  @Override
  public void close() {
    jvm.close();
    registry.close();
  }

  private Counter ended(String outcome, String code) {
    return Counter.builder("haul.jobs")
        .description("Jobs that have ended, by outcome and error code")
        .tag("outcome", outcome)
        .tag("code", code)
        .register(registry);
  }

  private static Map<ErrorCode, Counter> byCode(Function<ErrorCode, Counter> counter) {
    var counters = new EnumMap<ErrorCode, Counter>(ErrorCode.class);
    for (ErrorCode code : ErrorCode.values()) {
      counters.put(code, counter.apply(code));
    }
    return counters;
  }

  private static void count(Map<ErrorCode, Counter> counters, ErrorCode code) {
    Counter counter = counters.get(code);
    if (counter != null) {
      counter.increment();
    }
  }
}
