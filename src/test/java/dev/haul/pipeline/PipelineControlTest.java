package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Commands to jobs that wait for a slot, for a time or for bytes; two slots a host, three in all.
 */
final class PipelineControlTest {
  private static final Partition PARTITION = new Partition("jobs", 0);
  private static final ControlScope.Worker SELF = new ControlScope.Worker("w1");
  private static final ControlScope.Host HOST = new ControlScope.Host("origin.test");
  private static final Instant EARLIER = Instant.parse("2026-11-23T01:00:00Z");
  private static final Instant AT = Instant.parse("2026-11-23T02:00:00Z");
  private static final Instant LATER = Instant.parse("2026-11-23T03:00:00Z");

  private final Vertx vertx = Vertx.vertx();
  private final FakeStore store = new FakeStore();
  private final FakeSink sink = new FakeSink();
  private final FakeFetcher.Origin origin = new FakeFetcher.Origin();
  private final AtomicReference<FakeSource> source = new AtomicReference<>();
  private final AtomicReference<FakeControl> control = new AtomicReference<>();
  private Pipeline pipeline;
  private long offset;

  private void start(ControlCommand... kept) throws Exception {
    start(Duration.ofMillis(1), kept);
  }

  private void start(Duration backoff, ControlCommand... kept) throws Exception {
    var parts =
        new Pipeline.Parts(
            SELF,
            context -> {
              source.set(new FakeSource(context));
              return source.get();
            },
            context -> {
              control.set(new FakeControl(context, List.of(kept)));
              return control.get();
            },
            context -> new FakeFetcher(context, store, origin),
            Map.of("default", store),
            _ -> sink,
            sink::observe,
            new RetryPolicy(3, new Backoff(backoff, backoff)),
            new RetryLadder(backoff, List.of()),
            new FakeEvidence(),
            Tracing.OFF,
            InstantSource.system());
    var settings =
        new Pipeline.Settings(
            new IntakeSettings(100, 1 << 20, 500),
            new CommitSettings(Duration.ofMillis(5), 50),
            DispatchSettings.of(3, 2),
            Map.of("jobs", 1),
            DuplicateSettings.DEFAULTS,
            PoisonSettings.DEFAULTS,
            2,
            Duration.ZERO);
    pipeline =
        Pipeline.start(vertx, parts, settings)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    source.get().assign(Map.of(PARTITION, new Commit(0, "")));
  }

  @AfterEach
  void stop() throws Exception {
    pipeline.stop().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(store.open).as("parts that nobody published or discarded").isEmpty();
  }

  private void publish(String id, String url) {
    publish(id, url, EARLIER);
  }

  private void publish(String id, String url, Instant at) {
    var position = new Position(PARTITION, offset++);
    var record = new SourceRecord(position, at, null, new byte[100], List.of());
    var job =
        DownloadJob.of(new JobId(id), SourceUrl.parse("http://" + url), new Target("files/" + id));
    source.get().publish(List.of(new JobRecord.Valid(record, job, null)));
  }

  private void tell(Action action, ControlScope scope) {
    control.get().publish(command(action, scope));
  }

  private static ControlCommand command(Action action, ControlScope scope) {
    return new ControlCommand(action, scope, AT);
  }

  private static ControlScope job(String id) {
    return new ControlScope.Job(new JobId(id));
  }

  private Ended endOf(String id) {
    await().until(() -> find(id).isPresent());
    return find(id).orElseThrow();
  }

  private Optional<Ended> find(String id) {
    return sink.ends().stream().filter(end -> end.jobId().value().equals(id)).findFirst();
  }

  private List<JobState> states(String id) {
    return sink.states.stream()
        .filter(state -> state.jobId().value().equals(id))
        .map(StateChanged::state)
        .toList();
  }

  private void awaitState(String id, JobState... states) {
    await().untilAsserted(() -> assertThat(states(id)).containsExactly(states));
  }

  private void awaitPause(String id, ControlScope scope) {
    await().until(() -> sink.states.stream().anyMatch(state -> isPaused(state, id, scope)));
  }

  private static boolean isPaused(StateChanged state, String id, ControlScope scope) {
    return state.jobId().value().equals(id)
        && state.state() == JobState.WAITING
        && state.until() == null
        && scope.equals(state.pausedWith());
  }

  private void awaitRunning(int jobs) {
    await().until(() -> origin.running.get() == jobs);
  }

  private void assertCancelled(Ended end, String with, int attempts) {
    assertThat(end)
        .extracting(Ended::outcome, Ended::failure, Ended::attempts)
        .containsExactly(
            Outcome.CANCELLED, Failure.of(ErrorCode.CANCELLED, "cancelled with " + with), attempts);
  }

  @Nested
  class A_cancel {
    @Test
    void stops_a_transfer_and_frees_its_slot() throws Exception {
      start();
      publish("a", "origin.test/hangs");
      publish("b", "origin.test/hangs");
      publish("c", "origin.test/hangs");
      awaitRunning(2);

      tell(Action.CANCEL, job("a"));

      assertCancelled(endOf("a"), "job a", 1);
      assertThat(origin.stopped).containsEntry("a", Stop.CANCEL);
      await().until(() -> origin.attempts.containsKey("c"));
      origin.letGo.complete();
      assertThat(endOf("b").outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(endOf("c").outcome()).isEqualTo(Outcome.COMPLETED);
      await().until(() -> source.get().committed.get(PARTITION).equals(new Commit(3, "")));
    }

    @Test
    void ends_a_job_that_waits_for_a_slot() throws Exception {
      start();
      publish("a", "origin.test/hangs");
      publish("b", "origin.test/hangs");
      publish("c", "origin.test/hangs");
      awaitState("c", JobState.QUEUED);
      awaitRunning(2);

      tell(Action.CANCEL, job("c"));

      assertCancelled(endOf("c"), "job c", 0);
      assertThat(origin.attempts).doesNotContainKey("c");
    }

    @Test
    void ends_a_job_that_waits_for_another_attempt() throws Exception {
      start(Duration.ofDays(1));
      publish("a", "origin.test/fails/9");
      awaitState("a", JobState.QUEUED, JobState.RUNNING, JobState.WAITING);

      tell(Action.CANCEL, HOST);

      assertCancelled(endOf("a"), "host origin.test", 1);
    }

    @Test
    void ends_a_job_that_is_paused() throws Exception {
      start();
      publish("a", "origin.test/hangs");
      awaitRunning(1);
      tell(Action.PAUSE, HOST);
      awaitPause("a", HOST);

      tell(Action.CANCEL, new ControlScope.All());

      assertCancelled(endOf("a"), "all jobs", 0);
    }

    @Test
    void counts_for_jobs_that_come_later_but_are_older() throws Exception {
      start(command(Action.CANCEL, HOST));
      publish("old", "origin.test/ok", EARLIER);
      publish("same", "origin.test/ok", AT);
      publish("young", "origin.test/ok", LATER);
      publish("elsewhere", "other.test/ok", EARLIER);

      assertCancelled(endOf("old"), "host origin.test", 0);
      assertCancelled(endOf("same"), "host origin.test", 0);
      assertThat(endOf("young").outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(endOf("elsewhere").outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(states("old")).isEmpty();
      assertThat(origin.attempts).containsOnlyKeys("young", "elsewhere");
    }

    @Test
    void counts_for_a_job_that_is_here_whatever_its_timestamp() throws Exception {
      start();
      publish("a", "origin.test/hangs", LATER);
      awaitRunning(1);

      tell(Action.CANCEL, SELF);

      assertCancelled(endOf("a"), "worker w1", 1);
    }

    /** The topic could not be read until the worker had jobs. */
    @Test
    void that_stood_before_the_start_and_is_read_late_ends_no_younger_job() throws Exception {
      start();
      publish("old", "origin.test/hangs", EARLIER);
      publish("young", "origin.test/hangs", LATER);
      awaitRunning(2);

      control.get().recall(command(Action.CANCEL, HOST));

      assertCancelled(endOf("old"), "host origin.test", 1);
      origin.letGo.complete();
      assertThat(endOf("young").outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void leaves_a_job_alone_that_is_another() throws Exception {
      start();
      publish("a", "origin.test/hangs");
      awaitRunning(1);

      tell(Action.CANCEL, job("b"));
      tell(Action.CANCEL, new ControlScope.Host("other.test"));
      tell(Action.CANCEL, new ControlScope.Worker("w2"));
      publish("z", "other.test/ok", LATER);

      assertThat(endOf("z").outcome()).isEqualTo(Outcome.COMPLETED);
      assertThat(find("a")).isEmpty();
    }
  }

  @Nested
  class A_pause {
    @Test
    void stops_a_transfer_without_charging_an_attempt_and_frees_its_slot() throws Exception {
      start();
      publish("a", "origin.test/hangs");
      publish("b", "origin.test/hangs");
      publish("c", "origin.test/hangs");
      awaitRunning(2);

      tell(Action.PAUSE, job("a"));

      awaitPause("a", job("a"));
      await().until(() -> origin.attempts.containsKey("c"));
      assertThat(origin.stopped).isEqualTo(Map.of("a", Stop.PAUSE));
      assertThat(pipeline.dispatch().running()).isEqualTo(2);
      origin.letGo.complete();
      endOf("b");
      endOf("c");
      assertThat(find("a")).isEmpty();

      tell(Action.RESUME, job("a"));

      assertThat(endOf("a"))
          .extracting(Ended::outcome, Ended::attempts, Ended::bytesTransferred)
          .containsExactly(Outcome.COMPLETED, 1, 3L + FakeFetcher.BYTES);
      assertThat(states("a"))
          .containsExactly(
              JobState.QUEUED,
              JobState.RUNNING,
              JobState.WAITING,
              JobState.QUEUED,
              JobState.RUNNING);
    }

    @Test
    void of_a_host_lets_the_other_hosts_go_on() throws Exception {
      start();
      publish("a", "origin.test/hangs");
      awaitRunning(1);

      tell(Action.PAUSE, HOST);
      awaitPause("a", HOST);
      publish("b", "origin.test/ok", LATER);
      publish("c", "other.test/ok", LATER);

      assertThat(endOf("c").outcome()).isEqualTo(Outcome.COMPLETED);
      awaitPause("b", HOST);
      assertThat(states("b")).containsExactly(JobState.WAITING);
      tell(Action.RESUME, HOST);
      assertThat(endOf("b").outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void holds_a_job_that_waits_for_a_slot() throws Exception {
      start();
      publish("a", "origin.test/hangs");
      publish("b", "origin.test/hangs");
      publish("c", "origin.test/ok");
      awaitState("c", JobState.QUEUED);
      awaitRunning(2);

      tell(Action.PAUSE, job("c"));
      awaitPause("c", job("c"));

      assertThat(pipeline.dispatch().queued()).isZero();
      origin.letGo.complete();
      endOf("a");
      endOf("b");
      assertThat(find("c")).isEmpty();
      tell(Action.RESUME, job("c"));
      assertThat(endOf("c").outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void keeps_the_time_of_the_next_attempt() throws Exception {
      start(Duration.ofDays(1));
      publish("a", "origin.test/fails/9");
      awaitState("a", JobState.QUEUED, JobState.RUNNING, JobState.WAITING);

      tell(Action.PAUSE, SELF);
      awaitPause("a", SELF);
      tell(Action.RESUME, SELF);

      JobState[] waiting = {
        JobState.QUEUED, JobState.RUNNING, JobState.WAITING, JobState.WAITING, JobState.WAITING
      };
      awaitState("a", waiting);
      StateChanged first = sink.states.get(2);
      assertThat(sink.states.getLast())
          .extracting(StateChanged::until, StateChanged::failure, StateChanged::pausedWith)
          .containsExactly(first.until(), first.failure(), null);
    }

    @Test
    void that_stood_before_the_start_holds_jobs_until_its_own_resume() throws Exception {
      start(command(Action.PAUSE, new ControlScope.All()), command(Action.PAUSE, job("a")));
      publish("a", "origin.test/ok", LATER);
      publish("b", "origin.test/ok", LATER);
      awaitPause("a", job("a"));
      awaitPause("b", new ControlScope.All());

      tell(Action.RESUME, new ControlScope.All());
      endOf("b");
      assertThat(find("a")).isEmpty();
      tell(Action.RESUME, job("a"));

      assertThat(endOf("a").outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void goes_along_when_the_partition_goes() throws Exception {
      start(command(Action.PAUSE, HOST));
      publish("a", "origin.test/ok");
      awaitPause("a", HOST);

      source
          .get()
          .revoke(Set.of(PARTITION))
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);

      assertThat(sink.ends()).isEmpty();
    }

    @Test
    void and_resumes_in_quick_succession_lose_nothing() throws Exception {
      start();
      var ids = new ArrayList<String>();
      for (int i = 0; i < 50; i++) {
        String id = "job-" + i;
        ids.add(id);
        publish(id, i % 2 == 0 ? "origin.test/ok" : "origin.test/fails/1");
        tell(i % 3 == 0 ? Action.RESUME : Action.PAUSE, i % 5 == 0 ? job(id) : HOST);
      }
      tell(Action.RESUME, HOST);
      ids.forEach(id -> tell(Action.RESUME, job(id)));

      for (String id : ids) {
        assertThat(endOf(id).outcome()).isEqualTo(Outcome.COMPLETED);
      }
      assertThat(sink.ends()).hasSize(50);
    }
  }
}
