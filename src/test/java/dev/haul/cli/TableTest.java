package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final Table JOBS =
      new Table(
          List.of("JOB", ">BYTES", "WHERE"),
          List.of(
              List.of("empty", "0 B", "/tmp/files/empty"),
              List.of("weekly meeting", "70.0 MiB", "/tmp/files/weekly.mp4")));

  @Test
  void columns_are_as_wide_as_their_widest_cell() {
    assertThat(JOBS.lines(80))
        .containsExactly(
            "JOB                BYTES  WHERE",
            "empty                0 B  /tmp/files/empty",
            "weekly meeting  70.0 MiB  /tmp/files/weekly.mp4");
  }

  @Test
  void a_narrow_terminal_cuts_the_end_of_a_line() {
    assertThat(JOBS.lines(30))
        .containsExactly(
            "JOB                BYTES  WHE…",
            "empty                0 B  /tm…",
            "weekly meeting  70.0 MiB  /tm…");
  }

  @Test
  void a_row_has_a_cell_for_each_heading() {
    assertThatThrownBy(() -> new Table(List.of("A", "B"), List.of(List.of("1"))))
        .hasMessage("a row needs a cell for each heading: [1]");
  }
}
