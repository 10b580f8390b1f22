package dev.haul.cli;

import static dev.haul.cli.Events.completed;
import static dev.haul.cli.Events.failed;
import static dev.haul.cli.Events.progress;
import static dev.haul.cli.Events.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BoardTest {
  private final Board board = new Board(false);

  @Nested
  class A_board_of_expected_jobs {
    @Test
    void ends_when_all_of_them_have_ended() {
      board.expect(new JobId("a"), "a.bin");
      board.expect(new JobId("b"), "b.bin");
      board.apply(completed("a", 1, 100));
      assertThat(board.allEnded()).isFalse();
      board.apply(failed("b", 1));
      assertThat(board.allEnded()).isTrue();
      assertThat(board.ended(Outcome.COMPLETED)).isEqualTo(1);
      assertThat(board.ended(Outcome.FAILED)).isEqualTo(1);
    }

    @Test
    void takes_no_event_of_others() {
      assertThat(board.apply(progress("stranger", 0, 1, 2))).isFalse();
      assertThat(board.jobs()).isZero();
    }

    @Test
    void takes_no_second_end() {
      board.expect(new JobId("a"), "a.bin");
      assertThat(board.apply(completed("a", 1, 100))).isTrue();
      assertThat(board.apply(completed("a", 1, 100))).isFalse();
      assertThat(board.ended()).isEqualTo(1);
    }
  }

  @Nested
  class An_event_that_comes_late {
    @Test
    void does_not_turn_a_waiting_job_into_a_running_one() {
      board.expect(new JobId("a"), "a.bin");
      board.apply(waiting("a", 2, 2));
      assertThat(board.apply(progress("a", 1, 10, 100))).isFalse();
      assertThat(board.active().getFirst().state()).isEqualTo(JobState.WAITING);
    }

    @Test
    void does_not_bring_an_ended_job_back() {
      var all = new Board(true);
      all.apply(completed("a", 2, 100));
      assertThat(all.apply(progress("a", 1, 10, 100))).isFalse();
      assertThat(all.allEnded()).isTrue();
    }
  }

  @Test
  void a_job_that_runs_again_after_its_end_counts_again() {
    var all = new Board(true);
    all.apply(completed("a", 2, 100));
    assertThat(all.apply(progress("a", 3, 10, 100))).isTrue();
    assertThat(all.jobs()).isEqualTo(2);
  }

  @Test
  void the_share_done_counts_parts_of_files() {
    board.expect(new JobId("a"), "a.bin");
    board.expect(new JobId("b"), "b.bin");
    board.apply(completed("a", 1, 100));
    board.apply(progress("b", 1, 50, 100));
    assertThat(board.fraction()).isEqualTo(0.75);
    assertThat(board.bytes()).isEqualTo(150);
  }
}
