package dev.haul.cli;

import static dev.haul.cli.Events.completed;
import static dev.haul.cli.Events.failed;
import static dev.haul.cli.Events.progress;
import static dev.haul.cli.Events.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.JobId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
  private static final int MIB = 1 << 20;

  private static Board board() {
    var board = new Board(false);
    for (String id : List.of("weekly", "chat", "unsized", "busy", "queued", "gone")) {
      board.expect(new JobId(id), "2026/11/" + id + ".mp4");
    }
    board.apply(progress("weekly", 4, 28 * MIB, 70 * MIB));
    board.apply(completed("chat", 2, 1536));
    board.apply(progress("unsized", 2, 3 * MIB, -1));
    board.apply(waiting("busy", 2, 2));
    board.apply(failed("gone", 1));
    return board;
  }

  @Test
  void a_wide_terminal_shows_everything() {
    assertThat(new Picture(110, 24, Bar.BLOCKS).live(board()))
        .containsExactly(
            "2026/11/weekly.mp4                ██████████▍                  40%"
                + "    28.0 MiB/70.0 MiB    7.0 MiB/s     6.0 s",
            "2026/11/unsized.mp4                                               "
                + "              3.0 MiB    1.5 MiB/s",
            "2026/11/busy.mp4                  waiting for attempt 2: the server answered 503",
            "2 of 6 done, 1 failed             ██████████▍                  40%"
                + "             31.0 MiB    8.5 MiB/s");
  }

  @Test
  void a_narrow_terminal_keeps_name_bar_and_percent() {
    assertThat(new Picture(44, 24, Bar.SIGNS).live(board()))
        .containsExactly(
            "2026…eekly.mp4  ########..............   40%",
            "2026…sized.mp4  ......................",
            "2026…/busy.mp4  waiting for attempt 2: the …",
            "2 of… 1 failed  ########..............   40%");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 33, 47, 60, 79, 80, 100, 120, 300})
  void no_line_is_wider_than_the_terminal(int width) {
    var picture = new Picture(width, 24, Bar.BLOCKS);
    assertThat(picture.live(board()))
        .allSatisfy(line -> assertThat(Columns.length(line)).isLessThanOrEqualTo(picture.width()));
    assertThat(Columns.length(picture.ended(failed("gone", 1), "gone.mp4")))
        .isLessThanOrEqualTo(picture.width());
  }

  @Test
  void what_does_not_fit_into_the_height_is_counted() {
    var board = new Board(true);
    for (int i = 0; i < 10; i++) {
      board.apply(progress("job-" + i, 0, 0, 100));
    }
    List<String> lines = new Picture(60, 6, Bar.SIGNS).live(board);
    assertThat(lines).hasSize(5);
    assertThat(lines.get(3)).isEqualTo("and 7 more");
  }

  @Test
  void an_ended_job_says_how() {
    var picture = new Picture(60, 24, Bar.SIGNS);
    assertThat(picture.ended(completed("chat", 2, 1536), "chat.txt"))
        .startsWith("chat.txt")
        .contains("####", "100%", "1.5 KiB");
    assertThat(picture.ended(failed("gone", 1), "gone.mp4"))
        .isEqualTo("gone.mp4              failed: the server answered 404");
  }
}
