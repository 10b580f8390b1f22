package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.Outcome;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs that are published twice. */
final class DuplicateJobTest extends PipelineFixture {
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
}
