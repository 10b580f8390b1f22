package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BarTest {
  @ParameterizedTest
  @CsvSource({
    "0, '[    ]'",
    "0.03125, '[▏   ]'",
    "0.5, '[██  ]'",
    "0.65, '[██▌ ]'",
    "0.99, '[███▉]'",
    "1, '[████]'",
    "1.5, '[████]'",
    "-1, '[    ]'"
  })
  void blocks_fill_in_eighths(double fraction, String bar) {
    assertThat("[" + Bar.BLOCKS.draw(fraction, 4) + "]").isEqualTo(bar);
  }

  @ParameterizedTest
  @CsvSource({"0, '....'", "0.5, '##..'", "0.99, '###.'", "1, '####'"})
  void signs_fill_in_whole_columns(double fraction, String bar) {
    assertThat(Bar.SIGNS.draw(fraction, 4)).isEqualTo(bar);
  }

  @Test
  void a_bar_may_have_no_room() {
    assertThat(Bar.BLOCKS.draw(0.5, 0) + Bar.SIGNS.draw(0.5, 0)).isEmpty();
  }
}
