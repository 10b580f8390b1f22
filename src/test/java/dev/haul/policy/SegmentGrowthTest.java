package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentGrowthTest {
  private final SegmentGrowth growth = new SegmentGrowth(3);

  @ParameterizedTest
  @CsvSource({
    // trial, further connections, failures, wanted
    "true,  0, 0, true",
    "true,  1, 0, false",
    "true,  0, 1, false",
    "false, 0, 0, true",
    "false, 2, 0, true",
    "false, 3, 0, false",
    "false, 0, 7, true",
    "false, 0, 8, false",
  })
  void there_are_no_more_than_wanted_and_few_for_nothing(
      boolean trial, int further, int failures, boolean wanted) {
    for (int i = 0; i < failures; i++) {
      growth.failed();
    }

    assertThat(growth.isWanted(trial, further)).isEqualTo(wanted);
  }

  @Test
  void a_part_that_was_full_lately_wants_none() {
    growth.full();
    assertThat(growth.isCrowded()).isTrue();
    assertThat(growth.isWanted(false, 0)).isFalse();
    assertThat(growth.isWanted(true, 0)).isFalse();

    assertThat(growth.calmsDown()).as("full since the last look").isFalse();
    assertThat(growth.isWanted(false, 0)).isFalse();
    assertThat(growth.calmsDown()).isTrue();
    assertThat(growth.isWanted(false, 0)).isTrue();
    assertThat(growth.calmsDown()).as("only once").isFalse();
  }

  @Test
  void a_trial_is_turned_away_while_the_part_is_full_but_not_for_ever() {
    assertThat(growth.turnsAway()).isFalse();
    for (int i = 0; i < 8; i++) {
      assertThat(growth.isWanted(true, 0)).as("after %d", i).isTrue();
      growth.full();
      assertThat(growth.turnsAway()).isTrue();
      growth.calmsDown();
      growth.calmsDown();
    }
    assertThat(growth.isWanted(true, 0)).isFalse();
    assertThat(growth.isWanted(false, 0)).as("once the server has sent pieces").isTrue();
  }
}
