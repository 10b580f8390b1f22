package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.haul.job.Attempt;
import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.History;
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
import dev.haul.policy.DuplicateSettings;
import dev.haul.policy.HostReport;
import dev.haul.policy.OffsetLedger;
import dev.haul.policy.PoisonSettings;
import dev.haul.policy.RetryLadder;
import dev.haul.policy.RetryPolicy;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
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
  private static final RetryLadder LADDER =
      new RetryLadder(Duration.ofMinutes(1), List.of(Duration.ofHours(1)));
  private static final Commit NOTHING = new Commit(0, "");
  private static final CommitSettings COMMIT = new CommitSettings(Duration.ofMillis(5), 50);
  private static final IntakeSettings WINDOW = new IntakeSettings(100, 1 << 20, 500);

  private final Vertx vertx = Vertx.vertx();
  private final FakeStore store = new FakeStore();
  private final FakeSink sink = new FakeSink();
  private final FakeEvidence evidence = new FakeEvidence();
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

  private static DownloadJob later(String id, Instant notBefore) {
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

  @Nested
  class A_job_that_waits_long {
    private static final Partition RETRY = new Partition("retry.1h", 0);
    private static final Position ORIGIN = new Position(P0, 7);

    private final History history =
        History.NONE.with(
            new Attempt(
                1, Instant.EPOCH, Instant.EPOCH, "origin.test", ErrorCode.DNS, "unknown", 5, "w0"));

    private JobRecord.Valid waiting(Instant heldUntil, Instant notBefore) {
      var source =
          new SourceRecord(
              new Position(RETRY, 0), ORIGIN, Instant.EPOCH, new byte[0], new byte[9], List.of());
      var carried =
          new Carried(Instant.EPOCH, Instant.EPOCH, 1, 5, history, notBefore, heldUntil, null);
      return new JobRecord.Valid(source, later("job-7", notBefore), null, carried);
    }

    private Settlement.Moved moved() {
      await().until(() -> sink.settlements.peek() instanceof Settlement.Moved);
      return (Settlement.Moved) sink.settlements.remove();
    }

    @Test
    void moves_to_the_ladder_and_its_offset_is_finished() {
      Instant time = Instant.now().plus(Duration.ofHours(3));
      source.publish(List.of(record(P0, 0, later("job-0", time))));

      Settlement.Moved moved = moved();
      assertThat(moved.step()).isEqualTo(Duration.ofHours(1));
      assertThat(moved.carried().notBefore()).isEqualTo(time);
      assertThat(moved.carried().heldUntil())
          .isBetween(time.minusSeconds(7200), time.minusSeconds(7140));
      assertThat(moved.carried().attempts()).isZero();
      assertThat(moved.state().state()).isEqualTo(JobState.WAITING);
      assertThat(moved.state().until()).isEqualTo(time);
      committed(P0, 1);
    }

    @Test
    void moves_on_when_its_topic_has_held_it_and_time_is_left() {
      source.assign(Map.of(RETRY, NOTHING));
      Instant time = Instant.now().plus(Duration.ofHours(2));
      source.publish(List.of(waiting(Instant.now().plusMillis(50), time)));

      Settlement.Moved moved = moved();
      assertThat(moved.source().origin()).isEqualTo(ORIGIN);
      assertThat(moved.carried())
          .isEqualTo(
              new Carried(
                  Instant.EPOCH,
                  Instant.EPOCH,
                  1,
                  5,
                  history,
                  time,
                  moved.carried().heldUntil(),
                  null));
      committed(RETRY, 1);
    }

    @Test
    void goes_on_where_it_was_when_its_time_has_come() {
      source.assign(Map.of(RETRY, NOTHING));
      Instant time = Instant.now().plusMillis(100);
      source.publish(List.of(waiting(time, time)));

      Ended end = endOf("job-7");
      assertThat(end)
          .extracting(Ended::outcome, Ended::attempts, Ended::bytesTransferred, Ended::acceptedAt)
          .containsExactly(Outcome.COMPLETED, 2, 15L, Instant.EPOCH);
      assertThat(end.history().attempts()).hasSize(2).startsWith(history.attempts().getFirst());
      assertThat(end.history().attempts().getLast().startedAt()).isAfterOrEqualTo(time);
      committed(RETRY, 1);
    }

    @Test
    void takes_up_what_uncounted_attempts_have_kept() {
      source.assign(Map.of(RETRY, NOTHING));
      var source0 =
          new SourceRecord(
              new Position(RETRY, 0), ORIGIN, Instant.EPOCH, new byte[0], new byte[9], List.of());
      var carried =
          new Carried(
              Instant.EPOCH, Instant.EPOCH, 0, 0, History.NONE, Instant.EPOCH, Instant.EPOCH, null);
      source.publish(
          List.of(new JobRecord.Valid(source0, job("job-7", "/fails/1"), null, carried)));

      endOf("job-7");
      assertThat(store.adopted).containsExactly("job-7");
    }

    @Test
    void fills_no_window() {
      source.assign(Map.of(RETRY, NOTHING));
      Instant time = Instant.now().plus(Duration.ofHours(1));
      List<JobRecord> waiting = new ArrayList<>();
      for (int offset = 0; offset < 150; offset++) {
        var source =
            new SourceRecord(
                new Position(RETRY, offset),
                new Position(P0, 100 + offset),
                Instant.EPOCH,
                new byte[0],
                new byte[9],
                List.of());
        waiting.add(
            new JobRecord.Valid(
                source,
                later("later-" + offset, time),
                null,
                new Carried(Instant.EPOCH, null, 0, 0, History.NONE, time, time, null)));
      }
      source.publish(waiting);
      await().until(() -> pipeline.dispatch().waiting() == 150);
      source.publish(List.of(record(0, "/ok")));
      assertThat(endOf("job-0").outcome()).isEqualTo(Outcome.COMPLETED);
    }
  }

  @Nested
  class A_job_that_is_published_twice {
    private static final Position FIRST = new Position(P0, 0);

    private List<Ended> ends(int count) {
      await().until(() -> sink.ends().size() == count);
      return sink.ends();
    }

    private JobRecord.Valid hanging(Partition partition, long offset) {
      return record(partition, offset, job("twice", "/hangs"));
    }

    @Test
    void is_fetched_once_and_each_record_has_its_end() {
      source.publish(List.of(hanging(P0, 0), hanging(P0, 1)));
      await().until(() -> origin.running.get() == 1);
      source.publish(List.of(hanging(P1, 0)));
      await().until(() -> pipeline.intake().jobs() == 3);
      origin.letGo.complete();

      List<Ended> ends = ends(3);
      assertThat(ends.getFirst())
          .extracting(Ended::attempts, Ended::duplicateOf)
          .containsExactly(1, null);
      assertThat(ends.subList(1, 3))
          .allSatisfy(end -> {
            assertThat(end.outcome()).isEqualTo(Outcome.COMPLETED);
            assertThat(end.file()).isEqualTo(ends.getFirst().file());
            assertThat(end.duplicateOf()).isEqualTo(FIRST);
            assertThat(end.attempts()).isZero();
            assertThat(end.bytesTransferred()).isZero();
          });
      assertThat(origin.attempts).containsEntry("twice", 1);
      committed(P0, 2);
      committed(P1, 1);
    }

    @Test
    void within_the_window_after_it_completed_ends_without_a_transfer() {
      source.publish(List.of(record(P0, 0, job("twice", "/ok"))));
      ends(1);
      source.publish(List.of(record(P0, 1, job("twice", "/ok"))));

      Ended second = ends(2).getLast();
      assertThat(second.duplicateOf()).isEqualTo(FIRST);
      assertThat(second.outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(origin.attempts).containsEntry("twice", 1);
    }

    @Test
    void is_fetched_again_when_its_file_is_not_there_any_more() {
      source.publish(List.of(record(P0, 0, job("twice", "/ok"))));
      ends(1);
      store.files.clear();
      source.publish(List.of(record(P0, 1, job("twice", "/ok"))));

      assertThat(ends(2).getLast().duplicateOf()).isNull();
      assertThat(origin.attempts).containsEntry("twice", 2);
    }

    @Test
    void with_another_url_runs_after_the_first() {
      source.publish(List.of(hanging(P0, 0), record(P0, 1, job("twice", "/ok"))));
      await().until(() -> origin.running.get() == 1);
      source.publish(List.of(record(P0, 2, job("other", "/ok"))));
      endOf("other");
      assertThat(origin.attempts).as("the second waits").containsEntry("twice", 1);
      origin.letGo.complete();

      assertThat(ends(3)).extracting(Ended::duplicateOf).containsOnlyNulls();
      assertThat(origin.attempts).containsEntry("twice", 2);
    }

    @Test
    void after_it_failed_runs_again() {
      source.publish(List.of(record(P0, 0, job("twice", "/gone"))));
      ends(1);
      source.publish(List.of(record(P0, 1, job("twice", "/gone"))));

      assertThat(ends(2)).extracting(Ended::duplicateOf).containsOnlyNulls();
      assertThat(origin.attempts).containsEntry("twice", 2);
    }

    @Test
    void fails_as_the_first_does_while_that_is_under_way() {
      source.publish(
          List.of(
              record(P0, 0, job("twice", "/fails/99")), record(P0, 1, job("twice", "/fails/99"))));

      assertThat(ends(2))
          .extracting(Ended::outcome, Ended::failure, Ended::attempts)
          .containsExactly(
              tuple(Outcome.FAILED, Failure.of(ErrorCode.INTERRUPTED, "cut"), 3),
              tuple(Outcome.FAILED, Failure.of(ErrorCode.INTERRUPTED, "cut"), 0));
      assertThat(origin.attempts).containsEntry("twice", 3);
    }

    @Test
    void runs_by_itself_when_the_first_is_handed_over() {
      source.publish(List.of(hanging(P0, 0)));
      await().until(() -> origin.running.get() == 1);
      source.publish(List.of(hanging(P1, 0)));
      await().until(() -> pipeline.intake().jobs() == 2);
      source.lose(Set.of(P0));
      await().until(() -> origin.attempts.get("twice") == 2);
      origin.letGo.complete();

      assertThat(ends(1))
          .extracting(Ended::attempts, Ended::duplicateOf)
          .containsExactly(tuple(1, null));
      committed(P1, 1);
    }

    @Test
    void moves_to_the_ladder_with_the_first() {
      Instant time = Instant.now().plus(Duration.ofHours(3));
      source.publish(
          List.of(record(P0, 0, later("twice", time)), record(P0, 1, later("twice", time))));

      await().until(() -> sink.settlements.size() == 2);
      assertThat(sink.settlements).hasOnlyElementsOfType(Settlement.Moved.class);
      committed(P0, 2);
    }

    @Test
    void stays_here_when_its_record_is_too_large_for_the_ladder() {
      Instant time = Instant.now().plus(Duration.ofHours(3));
      var large =
          new SourceRecord(new Position(P0, 1), Instant.EPOCH, null, new byte[3 << 20], List.of());
      source.publish(
          List.of(
              record(P0, 0, later("twice", time)),
              new JobRecord.Valid(large, later("twice", time), null)));

      await().until(() -> pipeline.dispatch().waiting(Wait.NOT_BEFORE) == 1);
      assertThat(sink.settlements).hasSize(1);
    }
  }

  @Nested
  class A_job_that_ran_when_workers_died {
    private static final Position SUSPECT = new Position(P0, 0);

    @Test
    void is_noted_while_it_runs() {
      source.publish(List.of(record(0, "/hangs")));
      await().until(() -> evidence.running.equals(Set.of(SUSPECT)));
      origin.letGo.complete();
      endOf("job-0");
      assertThat(evidence.running).isEmpty();
    }

    @Test
    void is_not_blamed_once_it_has_advanced() {
      source.publish(List.of(record(0, "/advances")));
      await().until(() -> origin.running.get() == 1 && evidence.running.isEmpty());
      origin.letGo.complete();
      assertThat(endOf("job-0").outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void is_poison_at_the_limit() {
      evidence.deaths.put(SUSPECT, 3);
      source.publish(List.of(record(0, "/ok"), record(1, "/ok")));

      assertThat(endOf("job-0"))
          .extracting(Ended::outcome, Ended::failure)
          .containsExactly(
              Outcome.FAILED, Failure.of(ErrorCode.POISON, "3 workers died while it ran"));
      assertThat(endOf("job-1").outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(origin.attempts).doesNotContainKey("job-0");
      assertThat(evidence.deaths).isEmpty();
    }

    /** Who had the partition in between knows more than what was read before. */
    @Test
    void is_asked_for_again_when_its_partition_comes_back() throws Exception {
      source.publish(List.of(record(0, "/hangs")));
      await().until(() -> origin.running.get() == 1);
      source
          .hand(List.of(record(1, "/hangs")), Set.of(P0))
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      evidence.deaths.put(new Position(P0, 1), 3);
      source.assign(Map.of(P0, NOTHING));
      source.publish(List.of(record(1, "/ok")));

      assertThat(endOf("job-1").failure().code()).isEqualTo(ErrorCode.POISON);
    }

    @Test
    void is_waited_for_by_all_of_its_partition_which_then_begin_in_their_order() {
      Promise<Void> known = Promise.promise();
      evidence.known = known.future();
      List<JobRecord> jobs = new ArrayList<>();
      for (int offset = 0; offset < 20; offset++) {
        jobs.add(record(offset, "/ok"));
      }
      source.publish(jobs);
      await().until(() -> pipeline.dispatch().waiting() == jobs.size());
      assertThat(sink.states).isEmpty();
      known.complete();

      endOf("job-19");
      assertThat(sink.states)
          .filteredOn(it -> it.state() == JobState.QUEUED)
          .extracting(StateChanged::jobId)
          .containsExactlyElementsOf(jobs.stream().map(JobRecord::id).toList());
    }

    @Test
    void runs_beside_no_other_one_but_beside_all_else() {
      evidence.deaths.put(SUSPECT, 1);
      evidence.deaths.put(new Position(P0, 1), 2);
      source.publish(List.of(record(0, "/hangs"), record(1, "/hangs"), record(2, "/hangs")));

      await().until(() -> origin.running.get() == 2);
      source.publish(List.of(record(3, "/ok")));
      endOf("job-3");
      assertThat(origin.attempts.keySet()).containsExactlyInAnyOrder("job-0", "job-2", "job-3");
      origin.letGo.complete();
      assertThat(endOf("job-1").outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(evidence.deaths).isEmpty();
    }

    @Test
    void keeps_no_other_one_waiting_while_its_host_is_down() {
      List<JobRecord> down = new ArrayList<>();
      for (int offset = 0; offset < 8; offset++) {
        down.add(
            record(
                P0,
                offset,
                DownloadJob.of(
                    new JobId("down-" + offset),
                    SourceUrl.parse("http://down.test/down"),
                    new Target("down-" + offset))));
      }
      evidence.deaths.put(new Position(P0, 7), 1);
      evidence.deaths.put(new Position(P0, 8), 1);
      source.publish(down.subList(0, 7));
      await().until(() -> pipeline.dispatch().hosts().stream().anyMatch(HostReport::down));

      source.publish(List.of(down.get(7), record(8, "/ok")));

      assertThat(endOf("job-8").outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(origin.attempts).doesNotContainKey("down-7");
    }
  }

  @Nested
  class A_partition {
    private static final Partition P2 = new Partition("jobs", 2);

    @Test
    void is_claimed_in_every_store_before_a_job_of_it_runs() {
      await().until(() -> store.claims.size() == 2);
      Promise<Void> claim = Promise.promise();
      store.claimed = claim.future();
      source.assign(Map.of(P2, NOTHING));
      source.publish(List.of(record(P2, 0, job("held", "/ok")), record(1, "/ok")));

      endOf("job-1");
      assertThat(origin.attempts).containsOnlyKeys("job-1");
      assertThat(store.claims).last().isEqualTo("claim jobs-2 1");

      claim.complete();
      assertThat(endOf("held").outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void that_goes_before_it_is_claimed_takes_its_jobs_along() throws Exception {
      await().until(() -> store.claims.size() == 2);
      store.claimed = Promise.<Void>promise().future();
      source.assign(Map.of(P2, NOTHING));
      source.publish(List.of(record(P2, 0, job("held", "/ok"))));
      await().until(() -> source.delivered.get() == 1);

      assertThat(
              source
                  .revoke(Set.of(P2))
                  .toCompletionStage()
                  .toCompletableFuture()
                  .get(10, TimeUnit.SECONDS))
          .isEmpty();
      await().until(() -> store.claims.getLast().equals("leave jobs-2"));
      assertThat(pipeline.intake().jobs()).isZero();
      assertThat(origin.attempts).isEmpty();
    }
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
  class A_fault_of_the_code {
    @Test
    void in_an_attempt_is_tried_again_and_then_ends_the_job() {
      source.publish(List.of(record(0, "/faults"), record(1, "/ok")));

      assertThat(endOf("job-0"))
          .extracting(Ended::outcome, end -> end.failure().code(), Ended::attempts)
          .containsExactly(Outcome.FAILED, ErrorCode.INTERNAL, 3);
      committed(P0, 2);
    }

    @Test
    void before_an_attempt_counts_as_one_and_gives_the_slot_back() {
      evidence.faults = true;
      source.publish(List.of(record(0, "/ok")));
      assertThat(endOf("job-0"))
          .extracting(Ended::outcome, end -> end.failure().code(), Ended::attempts)
          .containsExactly(Outcome.FAILED, ErrorCode.INTERNAL, 3);

      evidence.faults = false;
      source.publish(List.of(record(1, "/ok")));
      assertThat(endOf("job-1").outcome()).isEqualTo(Outcome.COMPLETED);
      await().until(() -> pipeline.dispatch().slots() == 0);
    }

    @Test
    void beside_an_attempt_ends_the_job_and_holds_no_partition() throws Exception {
      source.publish(List.of(record(0, "/ok")));
      committed(P0, 1);
      store.findFaults = true;
      source.publish(List.of(record(1, "/ok"), record(P0, 2, job("job-0", "/ok"))));

      await().until(() -> sink.ends().size() == 3);
      assertThat(sink.ends())
          .filteredOn(end -> end.jobId().value().equals("job-0"))
          .last()
          .extracting(Ended::outcome, end -> end.failure().code())
          .containsExactly(Outcome.FAILED, ErrorCode.INTERNAL);
      var _ =
          source
              .revoke(Set.of(P0))
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
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
    void hold_for_the_connections_of_one_transfer_which_gives_all_back() {
      source.publish(List.of(record(0, "/shares")));
      await().until(() -> origin.shared.get() == 2);
      assertThat(pipeline.dispatch().slots()).isEqualTo(3);
      assertThat(pipeline.dispatch().running()).as("jobs").isEqualTo(1);
      assertThat(pipeline.dispatch().waiting()).isZero();
      source.publish(List.of(record(1, "/ok")));
      origin.letGo.complete();

      assertThat(endOf("job-0").outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(endOf("job-1").outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(origin.shared).hasValue(0);
      source.publish(List.of(record(2, "/ok"), record(3, "/ok"), record(4, "/ok")));
      List.of("job-2", "job-3", "job-4").forEach(PipelineTest.this::endOf);
    }

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

    @Test
    void begins_none_of_the_records_that_a_poll_under_way_still_brings() throws Exception {
      source.publish(List.of(record(0, "/hangs")));
      await().until(() -> origin.running.get() == 1);

      var stopped = pipeline.stop().toCompletionStage().toCompletableFuture();
      await().until(() -> !pipeline.intake().joined());
      source.deliver(List.of(record(1, "/hangs"), record(P1, 0, job("late", "/ok"))));
      stopped.get(10, TimeUnit.SECONDS);

      assertThat(origin.attempts).containsOnlyKeys("job-0");
      assertThat(source.committed).isEmpty();
    }
  }

  @Nested
  class Kafka_that_refuses {
    @Test
    void a_batch_is_sent_again_whole() {
      sink.refuse = true;
      source.publish(List.of(record(0, "/ok"), record(1, "/ok")));
      await().until(() -> pipeline.intake().refusals() >= 2);
      sink.refuse = false;

      committed(P0, 2);
      assertThat(sink.ends()).extracting(Ended::jobId).doesNotHaveDuplicates().hasSize(2);
    }

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
