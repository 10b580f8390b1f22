package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.Attempt;
import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.job.SourceUrl;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import dev.haul.policy.Backoff;
import dev.haul.policy.Commit;
import dev.haul.policy.DispatchSettings;
import dev.haul.policy.OffsetLedger;
import dev.haul.policy.RetryPolicy;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The verticles together, on a real event bus, with a topic, a store and an origin in memory. */
final class PipelineTest {
  private static final Partition P0 = new Partition("jobs", 0);
  private static final Partition P1 = new Partition("jobs", 1);
  private static final Commit NOTHING = new Commit(0, "");
  private static final CommitSettings COMMIT = new CommitSettings(Duration.ofMillis(5), 50);
  private static final IntakeSettings WINDOW = new IntakeSettings(100, 1 << 20);

  private final Vertx vertx = Vertx.vertx();
  private final FakeStore store = new FakeStore();
  private final FakeSink sink = new FakeSink();
  private final FakeFetcher.Origin origin = new FakeFetcher.Origin();
  private final AtomicReference<FakeSource> sources = new AtomicReference<>();
  private Pipeline pipeline;
  private FakeSource source;

  @BeforeEach
  void start() throws Exception {
    start(4, 3, WINDOW);
  }

  private void start(int maxConcurrent, int maxPerHost, IntakeSettings window) throws Exception {
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
            InstantSource.system());
    var settings =
        new Pipeline.Settings(
            window,
            COMMIT,
            new DispatchSettings(maxConcurrent, maxPerHost),
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

  private static JobRecord.Valid record(Partition partition, long offset, DownloadJob job) {
    return new JobRecord.Valid(source(partition, offset), job, null);
  }

  private static JobRecord.Valid record(long offset, String path) {
    return record(P0, offset, job("job-" + offset, path));
  }

  private static SourceRecord source(Partition partition, long offset) {
    return new SourceRecord(
        new Position(partition, offset), Instant.EPOCH, null, new byte[100], List.of());
  }

  private static DownloadJob job(String id, String path) {
    return job(id, path, "default", OptionalLong.empty(), IfExists.SKIP, null);
  }

  private static DownloadJob job(
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

  private Ended endOf(String id) {
    await().until(() -> sink.ends().stream().anyMatch(end -> end.jobId().value().equals(id)));
    return sink.ends().stream().filter(end -> end.jobId().value().equals(id)).findFirst().get();
  }

  private void committed(Partition partition, long offset) {
    await()
        .untilAsserted(() ->
            assertThat(source.committed.getOrDefault(partition, NOTHING).offset())
                .isEqualTo(offset));
  }

  @Nested
  class A_job {
    @Test
    void is_fetched_stored_settled_and_committed() {
      source.publish(List.of(record(0, "/ok")));

      Ended end = endOf("job-0");
      assertThat(end.outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(end.file())
          .isEqualTo(new StoredFile("fake:files/job-0", 10, null, "text/plain", null));
      assertThat(end.attempts()).isEqualTo(1);
      assertThat(end.bytesTransferred()).isEqualTo(10);
      assertThat(end.labels()).isEqualTo(Map.of("a", "b"));
      committed(P0, 1);
    }

    @Test
    void goes_through_its_states_in_order() {
      source.publish(List.of(record(0, "/fails/1")));

      endOf("job-0");
      assertThat(sink.states)
          .extracting(StateChanged::state)
          .containsExactly(
              JobState.QUEUED,
              JobState.RUNNING,
              JobState.WAITING,
              JobState.QUEUED,
              JobState.RUNNING);
    }

    @Test
    void that_fails_is_tried_again_until_it_works() {
      source.publish(List.of(record(0, "/fails/2")));

      assertThat(endOf("job-0"))
          .extracting(Ended::outcome, Ended::attempts, Ended::bytesTransferred)
          .containsExactly(Outcome.COMPLETED, 3, 12L);
    }

    @Test
    void tells_of_each_attempt_when_where_and_why() {
      source.publish(List.of(record(0, "/fails/1")));

      Ended end = endOf("job-0");
      Attempt first = end.history().attempts().getFirst();
      Attempt last = end.history().attempts().getLast();
      assertThat(end.history().attempts())
          .containsExactly(
              new Attempt(
                  1,
                  end.startedAt(),
                  first.endedAt(),
                  "origin.test",
                  ErrorCode.INTERRUPTED,
                  "cut",
                  1,
                  "w1"),
              new Attempt(
                  2, last.startedAt(), last.endedAt(), "origin.test", null, null, 10, "w1"));
      assertThat(List.of(end.startedAt(), first.endedAt(), last.startedAt(), last.endedAt()))
          .isSorted();
    }

    @Test
    void that_never_works_ends_with_its_last_failure() {
      source.publish(List.of(record(0, "/fails/99")));

      Ended end = endOf("job-0");
      assertThat(end.outcome()).isEqualTo(Outcome.FAILED);
      assertThat(end.failure()).isEqualTo(Failure.of(ErrorCode.INTERRUPTED, "cut"));
      assertThat(end.attempts()).isEqualTo(3);
      committed(P0, 1);
    }

    @Test
    void that_cannot_work_is_tried_once() {
      source.publish(List.of(record(0, "/gone")));

      assertThat(endOf("job-0"))
          .extracting(Ended::outcome, Ended::attempts)
          .containsExactly(Outcome.FAILED, 1);
    }

    @Test
    void whose_deadline_has_passed_is_not_fetched() {
      DownloadJob late =
          job("late", "/ok", "default", OptionalLong.empty(), IfExists.SKIP, Instant.EPOCH);
      source.publish(List.of(record(P0, 0, late)));

      assertThat(endOf("late").failure())
          .isEqualTo(
              Failure.of(ErrorCode.DEADLINE, "the job's deadline 1970-01-01T00:00:00Z has passed"));
      assertThat(origin.attempts).isEmpty();
    }

    @Test
    void of_an_unknown_store_fails_without_a_transfer() {
      DownloadJob lost = job("lost", "/ok", "nas", OptionalLong.empty(), IfExists.SKIP, null);
      source.publish(List.of(record(P0, 0, lost)));

      assertThat(endOf("lost").failure())
          .isEqualTo(Failure.of(ErrorCode.BAD_JOB, "store 'nas' is not configured here"));
      assertThat(origin.attempts).isEmpty();
    }

    @Test
    void that_is_no_job_is_settled_and_the_partition_goes_on() {
      Failure failure = Failure.of(ErrorCode.BAD_JOB, "url is required");
      var unreadable = new JobRecord.Invalid(source(P0, 0), new JobId("jobs-0-0"), failure, null);
      source.publish(List.of(unreadable, record(1, "/ok")));

      assertThat(endOf("jobs-0-0").failure()).isEqualTo(failure);
      assertThat(endOf("job-1").outcome()).isEqualTo(Outcome.COMPLETED);
      committed(P0, 2);
    }
  }

  @Nested
  class A_target_that_exists {
    private static final StoredFile THERE = new StoredFile("fake:there", 10, null, null, null);

    private Ended run(OptionalLong size, IfExists ifExists) {
      store.files.put("files/x", THERE);
      source.publish(List.of(record(P0, 0, job("x", "/ok", "default", size, ifExists, null))));
      return endOf("x");
    }

    @Test
    void is_skipped_when_it_is_the_same() {
      assertThat(run(OptionalLong.of(10), IfExists.SKIP))
          .extracting(Ended::outcome, Ended::attempts, Ended::file)
          .containsExactly(Outcome.COMPLETED, 0, THERE);
    }

    @Test
    void is_replaced_when_it_differs() {
      assertThat(run(OptionalLong.of(11), IfExists.SKIP).attempts()).isEqualTo(1);
    }

    @Test
    void is_replaced_when_nothing_is_known_to_compare() {
      assertThat(run(OptionalLong.empty(), IfExists.SKIP).attempts()).isEqualTo(1);
    }

    @Test
    void is_replaced_when_asked() {
      assertThat(run(OptionalLong.of(10), IfExists.REPLACE).attempts()).isEqualTo(1);
    }

    @Test
    void fails_the_job_when_asked() {
      Ended end = run(OptionalLong.of(10), IfExists.FAIL);
      assertThat(end.failure())
          .isEqualTo(Failure.of(ErrorCode.TARGET_EXISTS, "target files/x exists"));
      assertThat(origin.attempts).isEmpty();
    }
  }

  @Nested
  class Bounds {
    @Test
    void hold_for_transfers_of_one_host_and_for_the_window() {
      source.publish(
          LongStream.range(0, 5_000).<JobRecord>mapToObj(i -> record(i, "/ok")).toList());

      await().until(() -> sink.settlements.size() == 5_000);
      committed(P0, 5_000);
      assertThat(origin.mostRunning.get()).isEqualTo(3);
      assertThat(sink.ends()).extracting(Ended::jobId).doesNotHaveDuplicates();
    }

    @Test
    void stop_intake_while_ends_are_not_acknowledged() {
      sink.holdAcknowledgements = true;
      source.publish(
          LongStream.range(0, 5_000).<JobRecord>mapToObj(i -> record(i, "/ok")).toList());

      await().until(() -> source.delivered.get() == 500 && origin.attempts.size() == 500);
      assertThat(source.delivered.get()).as("one poll above a window of 100").isEqualTo(500);
      assertThat(source.committed).isEmpty();
      sink.holdAcknowledgements = false;
      sink.unacknowledged.forEach(promise -> promise.complete(new BatchOutcome.Published()));
      committed(P0, 5_000);
    }
  }

  @Nested
  class Jobs_that_end_out_of_order {
    @Test
    void are_remembered_beyond_the_commit() {
      source.publish(
          List.of(record(0, "/hangs"), record(1, "/ok"), record(2, "/gone"), record(3, "/ok")));

      await().until(() -> sink.settlements.size() == 3);
      await().until(() -> source.committed.containsKey(P0));
      await().until(() -> OffsetLedger.from(source.committed.get(P0)).ahead() == 3);
      assertThat(source.committed.get(P0).offset()).isZero();
      origin.letGo.complete();
      committed(P0, 4);
    }

    @Test
    void are_not_run_again_after_a_crash() {
      source.publish(List.of(record(0, "/hangs"), record(1, "/ok")));
      await().until(() -> source.committed.containsKey(P0));
      Commit left = source.committed.get(P0);

      source.lose(Set.of(P0));
      source.assign(Map.of(P0, left));
      source.publish(List.of(record(0, "/ok"), record(1, "/ok"), record(2, "/ok")));

      committed(P0, 3);
      assertThat(origin.attempts).containsEntry("job-1", 1);
    }
  }

  @Nested
  class A_partition_that_goes {
    @Test
    void takes_the_ends_along_and_leaves_the_rest_to_the_next_owner() throws Exception {
      source.publish(List.of(record(0, "/ok"), record(1, "/hangs"), record(2, "/ok")));
      await().until(() -> sink.settlements.size() == 2);

      source
          .revoke(Set.of(P0))
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS)
          .forEach(source.committed::put);

      OffsetLedger ledger = OffsetLedger.from(source.committed.get(P0));
      assertThat(source.committed.get(P0).offset()).isEqualTo(1);
      assertThat(ledger.take(1)).isTrue();
      assertThat(ledger.take(2)).isFalse();
      assertThat(origin.stopped).isEqualTo(Map.of("job-1", Stop.HAND_OVER));
      assertThat(sink.settlements).hasSize(2);
    }

    @Test
    void takes_an_end_along_that_is_acknowledged_only_then() throws Exception {
      sink.holdAcknowledgements = true;
      source.refuseCommits = true;
      source.publish(List.of(record(0, "/ok"), record(1, "/hangs")));
      await().until(() -> sink.unacknowledged.size() == 1 && origin.running.get() == 1);

      var answer = source.revoke(Set.of(P0)).toCompletionStage().toCompletableFuture();
      await().until(() -> origin.stopped.containsKey("job-1"));
      sink.unacknowledged.remove().complete(new BatchOutcome.Published());

      Commit last = answer.get(10, TimeUnit.SECONDS).get(P0);
      assertThat(last).isEqualTo(new Commit(1, ""));
      source.refuseCommits = false;
    }

    @Test
    void does_not_disturb_the_others() throws Exception {
      source.publish(List.of(record(P0, 0, job("a", "/hangs")), record(P1, 0, job("b", "/hangs"))));
      await().until(() -> origin.running.get() == 2);
      var _ = source.revoke(Set.of(P0)).toCompletionStage().toCompletableFuture().get();
      origin.letGo.complete();

      assertThat(endOf("b").outcome()).isEqualTo(Outcome.COMPLETED);
      committed(P1, 1);
    }

    @Test
    void without_notice_is_dropped_without_a_trace() {
      source.publish(List.of(record(0, "/hangs")));
      await().until(() -> origin.running.get() == 1);

      source.lose(Set.of(P0));

      await().until(() -> origin.stopped.containsKey("job-0"));
      source.publish(List.of(record(P1, 0, job("next", "/ok"))));
      committed(P1, 1);
      assertThat(source.committed).doesNotContainKey(P0);
      assertThat(sink.ends()).extracting(end -> end.jobId().value()).containsExactly("next");
    }
  }

  @Nested
  class Stopping {
    @Test
    void gives_running_jobs_their_grace_and_then_gives_them_back() throws Exception {
      source.publish(List.of(record(0, "/ok"), record(1, "/hangs"), record(2, "/ok")));
      await().until(() -> origin.running.get() == 1 && sink.settlements.size() == 2);

      pipeline.stop().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);

      assertThat(sink.ends())
          .extracting(end -> end.jobId().value())
          .containsExactlyInAnyOrder("job-0", "job-2");
      assertThat(source.committed.get(P0).offset()).isEqualTo(1);
      assertThat(source.closed).isTrue();
      assertThat(sink.closed).isTrue();
    }
  }

  @Nested
  class Kafka_that_refuses {
    @Test
    void a_commit_is_asked_again() {
      source.refuseCommits = true;
      source.publish(List.of(record(0, "/ok")));
      endOf("job-0");
      source.refuseCommits = false;

      committed(P0, 1);
    }
  }
}
