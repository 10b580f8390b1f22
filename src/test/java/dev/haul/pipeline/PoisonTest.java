package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.Position;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import dev.haul.policy.HostReport;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs that ran when workers died. */
final class PoisonTest extends PipelineFixture {
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
}
