package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.IfExists;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import dev.haul.policy.Backoff;
import dev.haul.policy.Commit;
import dev.haul.policy.DispatchSettings;
import dev.haul.policy.DuplicateSettings;
import dev.haul.policy.PoisonSettings;
import dev.haul.policy.RetryLadder;
import dev.haul.policy.RetryPolicy;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The verticles together, on a real event bus, with a topic, a store and an origin in memory. */
abstract class PipelineFixture {
  static final Partition P0 = new Partition("jobs", 0);
  static final Partition P1 = new Partition("jobs", 1);
  static final RetryLadder LADDER =
      new RetryLadder(Duration.ofMinutes(1), List.of(Duration.ofHours(1)));
  static final Commit NOTHING = new Commit(0, "");
  static final CommitSettings COMMIT = new CommitSettings(Duration.ofMillis(5), 50);
  static final IntakeSettings WINDOW = new IntakeSettings(100, 1 << 20, 500);

  final Vertx vertx = Vertx.vertx();
  final FakeStore store = new FakeStore();
  final FakeSink sink = new FakeSink();
  final FakeEvidence evidence = new FakeEvidence();
  final FakeFetcher.Origin origin = new FakeFetcher.Origin();
  final AtomicReference<FakeSource> sources = new AtomicReference<>();
  Pipeline pipeline;
  FakeSource source;

  @BeforeEach
  void start() throws Exception {
    start(4, 3, WINDOW);
  }

  final void start(int maxConcurrent, int maxPerHost, IntakeSettings window) throws Exception {
    var retries = new RetryPolicy(3, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)));
    var parts =
        new Pipeline.Parts(
            new ControlScope.Worker("w1"),
            context -> {
              sources.set(new FakeSource(context));
              return sources.get();
            },
            context -> new FakeControl(context, List.of()),
            context -> new FakeFetcher(context, store, origin),
            Map.of("default", store),
            _ -> sink,
            sink::observe,
            retries,
            LADDER,
            evidence,
            Tracing.OFF,
            InstantSource.system());
    var settings =
        new Pipeline.Settings(
            window,
            COMMIT,
            DispatchSettings.of(maxConcurrent, maxPerHost),
            Map.of("jobs", 1),
            DuplicateSettings.DEFAULTS,
            PoisonSettings.DEFAULTS,
            2,
            Duration.ofMillis(200));
    pipeline =
        Pipeline.start(vertx, parts, settings)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    source = sources.get();
    source.assign(Map.of(P0, NOTHING, P1, NOTHING));
  }

  @AfterEach
  void stop() throws Exception {
    pipeline.stop().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(store.open).as("parts that nobody published or discarded").isEmpty();
  }

  static JobRecord.Valid record(Partition partition, long offset, DownloadJob job) {
    return new JobRecord.Valid(source(partition, offset), job, null);
  }

  static JobRecord.Valid record(long offset, String path) {
    return record(P0, offset, job("job-" + offset, path));
  }

  static SourceRecord source(Partition partition, long offset) {
    return new SourceRecord(
        new Position(partition, offset), Instant.EPOCH, null, new byte[100], List.of());
  }

  static DownloadJob job(String id, String path) {
    return job(id, path, "default", OptionalLong.empty(), IfExists.SKIP, null);
  }

  static DownloadJob job(
      String id,
      String path,
      String store,
      OptionalLong size,
      IfExists ifExists,
      Instant deadline) {
    return new DownloadJob(
        new JobId(id),
        SourceUrl.parse("http://origin.test" + path),
        List.of(),
        new Target("files/" + id),
        store,
        size,
        null,
        Map.of(),
        null,
        ifExists,
        DownloadJob.DEFAULT_PRIORITY,
        null,
        null,
        deadline,
        OptionalInt.empty(),
        Map.of("a", "b"));
  }

  final Ended endOf(String id) {
    await().until(() -> sink.ends().stream().anyMatch(end -> end.jobId().value().equals(id)));
    return sink.ends().stream().filter(end -> end.jobId().value().equals(id)).findFirst().get();
  }

  final void committed(Partition partition, long offset) {
    await()
        .untilAsserted(() ->
            assertThat(source.committed.getOrDefault(partition, NOTHING).offset())
                .isEqualTo(offset));
  }

  static DownloadJob later(String id, Instant notBefore) {
    DownloadJob job = job(id, "/ok");
    return new DownloadJob(
        job.id(),
        job.url(),
        job.mirrors(),
        job.target(),
        job.store(),
        job.size(),
        job.checksum(),
        job.headers(),
        job.credentials(),
        job.ifExists(),
        job.priority(),
        job.tenant(),
        notBefore,
        job.deadline(),
        job.maxAttempts(),
        job.labels());
  }
}
