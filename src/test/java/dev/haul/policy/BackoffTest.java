package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

  @ParameterizedTest
  @CsvSource({
    "PT1S, PT5M, 1, PT1S",
    "PT1S, PT5M, 2, PT2S",
    "PT1S, PT5M, 5, PT16S",
    "PT1S, PT5M, 9, PT4M16S",
    "PT1S, PT5M, 10, PT5M",
    "PT1S, PT5M, 63, PT5M",
    "PT1S, PT5M, 64, PT5M",
    "PT1S, PT5M, 65, PT5M",
    "PT1S, PT5M, 2147483647, PT5M",
    "PT0.000000001S, P7D, 51, P7D",
    "PT0.000000001S, P7D, 41, PT18M19.511627776S",
    "PT7S, PT7S, 1, PT7S",
    "PT3S, PT5S, 2, PT5S",
  })
  void the_longest_delay_doubles_up_to_the_maximum(
      Duration base, Duration max, int attempt, Duration longest) {
    var backoff = new Backoff(base, max);
    assertThat(backoff.delay(attempt, Draws.highest())).isEqualTo(longest);
    assertThat(backoff.delay(attempt, Draws.lowest())).isEqualTo(Duration.ZERO);
  }

  @Test
  void delays_are_spread_evenly() {
    var backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5));
    var random = new SplittableRandom(1);
    int[] quarters = new int[4];
    for (int i = 0; i < 4000; i++) {
      long millis = backoff.delay(3, random).toMillis();
      quarters[(int) Math.min(3, millis / 1000)]++;
    }
    for (int quarter : quarters) {
      assertThat(quarter).isBetween(900, 1100);
    }
  }

  @Test
  void nonsense_is_refused() {
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
        .isInstanceOf(InvalidField.class)
        .hasMessage("base must be above 0 but was PT0S");
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(InvalidField.class)
        .hasMessage("max must be at least base (PT2S) but was PT1S");
  }
}
