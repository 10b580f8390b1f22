package dev.haul.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.History;
import dev.haul.job.JobEvent;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import dev.haul.policy.HostReport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final Instant START = Instant.parse("2026-11-23T00:00:00Z");
  private static final JobId JOB = new JobId("secret-job");

  private final Metrics metrics = new Metrics();

  @AfterEach
  void close() {
    metrics.close();
  }

  @Test
  void ended_jobs_are_counted_by_outcome_and_error_code() {
    metrics.onEvent(completed(Duration.ofMillis(20), 100, 150));
    metrics.onEvent(completed(Duration.ofHours(7), 7, 7));
    metrics.onEvent(ended(Outcome.FAILED, ErrorCode.HTTP_STATUS, 30));
    metrics.onEvent(ended(Outcome.CANCELLED, ErrorCode.CANCELLED, 0));

    assertThat(lines())
        .contains(
            "haul_jobs_total{code=\"none\",outcome=\"completed\"} 2.0",
            "haul_jobs_total{code=\"http-status\",outcome=\"failed\"} 1.0",
            "haul_jobs_total{code=\"cancelled\",outcome=\"cancelled\"} 1.0",
            "haul_jobs_total{code=\"dns\",outcome=\"failed\"} 0.0",
            "haul_transferred_bytes_total 187.0",
            "haul_stored_bytes_total 107.0",
            "haul_job_duration_seconds_bucket{outcome=\"completed\",le=\"0.01\"} 0",
            "haul_job_duration_seconds_bucket{outcome=\"completed\",le=\"0.025\"} 1",
            "haul_job_duration_seconds_bucket{outcome=\"completed\",le=\"21600.0\"} 1",
            "haul_job_duration_seconds_bucket{outcome=\"completed\",le=\"+Inf\"} 2",
            "haul_job_duration_seconds_count{outcome=\"completed\"} 2",
            "haul_job_duration_seconds_sum{outcome=\"completed\"} 25200.02",
            "haul_job_duration_seconds_count{outcome=\"failed\"} 1");
  }

  @Test
  void duplicates_make_the_mean_file_no_smaller() {
    JobEvent.Ended first = (JobEvent.Ended) completed(Duration.ofMillis(20), 100, 100);
    metrics.onEvent(first);
    metrics.onEvent(
        new JobEvent.Ended(
            first.jobId(),
            first.outcome(),
            first.store(),
            first.target(),
            first.file(),
            null,
            0,
            0,
            History.NONE,
            new Position(new Partition("jobs", 0), 7),
            START,
            null,
            START,
            Map.of(),
            null));

    assertThat(metrics.meanBytes()).isEqualTo(100);
    assertThat(lines()).contains("haul_duplicates_total 1.0", "haul_stored_bytes_total 100.0");
  }

  @Test
  void attempts_and_retries_are_counted() {
    metrics.onEvent(state(JobState.QUEUED, null));
    metrics.onEvent(state(JobState.RUNNING, null));
    metrics.onEvent(state(JobState.WAITING, Failure.of(ErrorCode.STALLED, "slow")));
    metrics.onEvent(state(JobState.RUNNING, Failure.of(ErrorCode.STALLED, "slow")));
    metrics.retries(code -> code == ErrorCode.STALLED ? 1 : 0);
    metrics.moves("haul.retry.1m", () -> 7);

    assertThat(lines())
        .contains(
            "haul_attempts_total 2.0",
            "haul_retries_total{code=\"stalled\"} 1.0",
            "haul_retries_total{code=\"dns\"} 0.0",
            "haul_moves_total{topic=\"haul.retry.1m\"} 7.0");
  }

  @Test
  void the_last_progress_is_told_as_a_time() {
    assertThat(lines()).contains("haul_last_progress_timestamp_seconds 0.0");

    metrics.onEvent(
        new JobEvent.Progress(
            JOB,
            1,
            5,
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Instant.ofEpochMilli(1_500),
            null));

    assertThat(lines()).contains("haul_last_progress_timestamp_seconds 1.5");
  }

  @Test
  void every_level_is_asked_for_at_each_scrape() {
    var value = new AtomicLong(1);
    long factor = 1;
    for (Level level : Level.values()) {
      long own = factor++;
      metrics.gauge(level, () -> value.get() * own);
    }
    metrics.progressDropped(value::get);
    metrics.batches(value::get, () -> 500_000_000, value::get);
    metrics.handOvers(value::get, () -> 1_000_000_000);
    value.set(2);

    assertThat(lines())
        .contains(
            "haul_jobs_unsettled 2.0",
            "haul_jobs_in_flight 4.0",
            "haul_jobs_waiting{reason=\"slot\"} 6.0",
            "haul_jobs_waiting{reason=\"retry\"} 8.0",
            "haul_slots_used 10.0",
            "haul_slots_limit 12.0",
            "haul_partitions_paused 14.0",
            "haul_offsets_behind 16.0",
            "haul_commit_metadata_bytes 18.0",
            "haul_jobs_waiting{reason=\"not-before\"} 20.0",
            "haul_jobs_waiting{reason=\"paused\"} 22.0",
            "haul_jobs_waiting{reason=\"ladder\"} 24.0",
            "haul_jobs_waiting{reason=\"same-id\"} 26.0",
            "haul_jobs_waiting{reason=\"space\"} 28.0",
            "haul_oldest_job_timestamp_seconds 30.0",
            "haul_pending_jobs 32.0",
            "haul_pending_bytes 34.0",
            "haul_kafka_silence_seconds 36.0",
            "haul_progress_dropped_total 2.0",
            "haul_batch_duration_seconds_count 2",
            "haul_batch_duration_seconds_sum 0.5",
            "haul_batch_refused_total 2.0",
            "haul_handover_duration_seconds_count 2",
            "haul_handover_duration_seconds_sum 1.0");
  }

  @Test
  void what_clients_count_is_told() {
    metrics.total("kafka.consumer.rebalance.seconds", "Time spent in rebalances", () -> 1.5);

    assertThat(lines()).contains("kafka_consumer_rebalance_seconds_total 1.5");
  }

  @Test
  void the_busiest_hosts_are_named_and_the_others_summed() {
    List<HostReport> hosts = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      hosts.add(
          new HostReport(
              "h" + i + ":443", i, 1, 32, 0.5, i == 29 ? 4 : INFINITY, i == 28, i == 29));
    }
    metrics.hosts(() -> hosts);

    assertThat(lines())
        .contains(
            "haul_host_limit{host=\"h29:443\"} 32.0",
            "haul_host_running{host=\"h10:443\"} 10.0",
            "haul_host_running{host=\"other\"} 45.0",
            "haul_host_waiting{host=\"other\"} 10.0",
            "haul_host_rate{host=\"other\"} 5.0",
            "haul_host_pace{host=\"h29:443\"} 4.0",
            "haul_host_down{host=\"h28:443\"} 1.0",
            "haul_host_throttled{host=\"h29:443\"} 1.0",
            "haul_hosts_down 1.0",
            "haul_hosts_throttled 1.0")
        .filteredOn(line -> line.startsWith("haul_host_running{"))
        .hasSize(21);
    hosts.clear();
    assertThat(lines()).noneMatch(line -> line.startsWith("haul_host_running{"));
  }

  @Test
  void stores_tell_how_much_is_free(@TempDir Path folder) {
    metrics.store("default", folder);
    metrics.store("gone", folder.resolve("gone"));

    assertThat(lines())
        .anyMatch(line -> line.matches("haul_store_free_bytes\\{store=\"default\"} [1-9].*"))
        .contains("haul_store_free_bytes{store=\"gone\"} 0.0");
  }

  @Test
  void the_process_is_told_under_the_usual_names() {
    assertThat(lines())
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\","))
        .anyMatch(line -> line.startsWith("jvm_threads_live_threads "))
        .anyMatch(line -> line.startsWith("jvm_gc_memory_allocated_bytes_total "))
        .anyMatch(line -> line.matches("process_cpu_seconds_total [0-9.E-]+"))
        .anyMatch(line -> line.startsWith("process_start_time_seconds "));
  }

  @Test
  void probes_on_event_loops_tell_their_delay() {
    Vertx vertx = Vertx.vertx();
    try {
      vertx
          .deployVerticle(() -> new LoopProbe(metrics), new DeploymentOptions().setInstances(2))
          .await();

      await()
          .untilAsserted(() ->
              assertThat(lines())
                  .anyMatch(
                      line -> line.matches("haul_event_loop_delay_seconds_count [1-9][0-9]*")));
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void no_job_is_named() {
    metrics.onEvent(ended(Outcome.FAILED, ErrorCode.DNS, 0));

    assertThat(metrics.scrape(TEXT)).doesNotContain("secret");
  }

  @Test
  void open_metrics_end_as_they_must() {
    assertThat(metrics.scrape(OPEN_METRICS)).endsWith("# EOF\n");
  }

  @Test
  void promtool_finds_nothing_to_complain_about(@TempDir Path folder)
      throws IOException, InterruptedException {
    // Prometheus' own checker is a program to install; where it is absent there is nothing to run.
    assumeThat(isOnPath("promtool")).as("promtool is on PATH").isTrue();
    for (Level level : Level.values()) {
      metrics.gauge(level, () -> 1);
    }
    metrics.progressDropped(() -> 1);
    metrics.store("default", folder);
    metrics.loopDelay(1);
    Path exposition = Files.writeString(folder.resolve("metrics"), metrics.scrape(TEXT));

    Process promtool =
        new ProcessBuilder("promtool", "check", "metrics")
            .redirectInput(exposition.toFile())
            .redirectErrorStream(true)
            .start();

    assertThat(new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEmpty();
    assertThat(promtool.waitFor()).isZero();
  }

  private static boolean isOnPath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private List<String> lines() {
    return metrics.scrape(TEXT).lines().toList();
  }

  private static JobEvent state(JobState state, @Nullable Failure failure) {
    return new JobEvent.StateChanged(
        JOB, state, "origin.test", new Target("a"), 1, null, null, failure, START, null);
  }

  private static JobEvent completed(Duration after, long bytes, long transferred) {
    return new JobEvent.Ended(
        JOB,
        Outcome.COMPLETED,
        "default",
        new Target("a"),
        new StoredFile("file:///a", bytes, null, null, null),
        null,
        1,
        transferred,
        START,
        START,
        START.plus(after),
        Map.of(),
        null);
  }

  private static JobEvent ended(Outcome outcome, ErrorCode code, long transferred) {
    return new JobEvent.Ended(
        JOB,
        outcome,
        "default",
        new Target("a"),
        null,
        Failure.of(code, "message"),
        1,
        transferred,
        START,
        null,
        START.plusSeconds(1),
        Map.of(),
        null);
  }
}
