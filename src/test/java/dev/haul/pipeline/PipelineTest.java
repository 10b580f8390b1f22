package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.Attempt;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.IfExists;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.StoredFile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs on their way through all verticles. */
final class PipelineTest extends PipelineFixture {
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
