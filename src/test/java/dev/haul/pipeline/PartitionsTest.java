package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.Outcome;
import dev.haul.job.Partition;
import dev.haul.policy.Commit;
import dev.haul.policy.OffsetLedger;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is committed and given back while partitions come and go. */
final class PartitionsTest extends PipelineFixture {
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
}
