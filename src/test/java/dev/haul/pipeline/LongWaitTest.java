package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.Attempt;
import dev.haul.job.ErrorCode;
import dev.haul.job.History;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Jobs that wait longer than a worker keeps them. */
final class LongWaitTest extends PipelineFixture {
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
}
