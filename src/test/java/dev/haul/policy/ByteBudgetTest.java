package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteBudgetTest {
  private static final long SECOND = 1_000_000_000;
  private static final long RATE = 10L * ByteBudget.GRANT;

  private final ByteBudget<String> budget = new ByteBudget<>(RATE, 0);

  @Test
  void grants_its_rate_and_a_quarter_of_a_second_at_once() {
    int granted = 0;
    for (int tenth = 0; tenth <= 100; tenth++) {
      while (budget.take(tenth * SECOND / 10)) {
        granted++;
      }
    }
    assertThat(granted).isBetween(100, 103);
    assertThat(budget.take(1000 * SECOND)).isTrue();
    assertThat(budget.take(1000 * SECOND)).isTrue();
    assertThat(budget.take(1000 * SECOND)).isTrue();
    assertThat(budget.take(1000 * SECOND)).as("nobody saves up").isFalse();
  }

  @Test
  void serves_those_who_wait_in_turn_and_before_others() {
    assertThat(budget.take(0)).isTrue();
    budget.offer("a");
    budget.offer("b");
    budget.offer("c");
    budget.remove("b");
    assertThat(budget.take(SECOND / 10)).as("somebody waits").isFalse();
    assertThat(budget.poll(SECOND / 10)).isEqualTo("a");
    assertThat(budget.poll(SECOND / 10)).isNull();
    assertThat(budget.poll(SECOND / 5)).isEqualTo("c");
    assertThat(budget.poll(SECOND)).as("nobody waits").isNull();
  }

  @Test
  void takes_back_what_was_not_used_and_what_came_on_top() {
    assertThat(budget.take(0)).isTrue();
    budget.giveBack(ByteBudget.GRANT);
    assertThat(budget.take(0)).isTrue();
    budget.giveBack(-5L * ByteBudget.GRANT);
    assertThat(budget.take(SECOND / 2)).isFalse();
    assertThat(budget.take(SECOND * 6 / 10)).isTrue();
  }

  @Test
  void without_a_rate_grants_everything() {
    budget.rate(0, 0);
    for (int i = 0; i < 1000; i++) {
      assertThat(budget.take(0)).isTrue();
    }
  }

  @Nested
  class An_allowance {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "08:00-18:00=20MiB/s",
          "22:30-06:00=500000/s",
          "1GiB/s",
          "unlimited",
          "08:00-18:00=unlimited"
        })
    void is_printed_as_it_is_read(String text) {
      assertThat(Allowance.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"", "20MiB", "8-18=20MiB/s", "08:00=1MiB/s", "0/s", "08:00-18:00=", "a=b=c"})
    void of_another_form_is_refused(String text) {
      assertThatIllegalArgumentException().isThrownBy(() -> Allowance.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "08:00-18:00=2/s, unlimited  | 07:59 | 0",
          "08:00-18:00=2/s, unlimited  | 08:00 | 2",
          "08:00-18:00=2/s, unlimited  | 17:59 | 2",
          "08:00-18:00=2/s, unlimited  | 18:00 | 0",
          "22:00-06:00=9/s, 1/s        | 23:00 | 9",
          "22:00-06:00=9/s, 1/s        | 05:59 | 9",
          "22:00-06:00=9/s, 1/s        | 12:00 | 1",
          "08:00-18:00=2/s             | 19:00 | 0",
        })
    void counts_when_it_is_the_first_that_covers_the_time(
        String allowances, LocalTime time, long expected) {
      List<Allowance> all =
          Arrays.stream(allowances.split(",", -1))
              .map(String::strip)
              .map(Allowance::parse)
              .toList();
      assertThat(Allowance.bytesPerSecond(all, time)).isEqualTo(expected);
    }
  }
}
