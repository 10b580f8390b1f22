package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColumnsTest {
  @Test
  void a_long_text_keeps_both_ends() {
    assertThat(Columns.cut("2026/11/22/weekly.mp4", 12)).isEqualTo("202…ekly.mp4");
  }

  @Test
  void text_is_padded_to_its_side() {
    assertThat(Columns.left("ab", 4) + "|" + Columns.right("ab", 4)).isEqualTo("ab  |  ab");
  }

  @Test
  void a_code_point_beyond_the_basic_plane_is_never_torn() {
    assertThat(Columns.cut("🎬🎬🎬🎬🎬🎬", 4)).isEqualTo("🎬…🎬🎬");
  }

  @Test
  void no_room_leaves_nothing() {
    assertThat(Columns.cut("abc", 0)).isEmpty();
  }
}
