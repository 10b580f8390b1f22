package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.RetryLadder.Hop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryLadderTest {
  private static final RetryLadder LADDER =
      new RetryLadder(
          Duration.ofMinutes(1),
          List.of(
              Duration.ofHours(6),
              Duration.ofMinutes(1),
              Duration.ofHours(1),
              Duration.ofMinutes(10)));

  @ParameterizedTest
  @CsvSource({
    "PT1M0.001S, PT1M, PT1M",
    "PT5M, PT1M, PT1M",
    "PT9M54S, PT1M, PT1M",
    "PT9M55S, PT10M, PT9M55S",
    "PT10M, PT10M, PT10M",
    "PT59M50S, PT10M, PT10M",
    "PT59M59.9S, PT1H, PT59M59.9S",
    "PT1H40M, PT1H, PT1H",
    "PT100H, PT6H, PT6H"
  })
  void a_wait_is_spent_in_the_topic_of_the_longest_step_that_fits(
      Duration wait, Duration step, Duration time) {
    assertThat(LADDER.hop(wait)).isEqualTo(new Hop(step, time));
  }

  @ParameterizedTest
  @CsvSource({"-PT1S", "PT0S", "PT59S", "PT1M"})
  void a_short_wait_stays_in_the_worker(Duration wait) {
    assertThat(LADDER.hop(wait)).isNull();
  }

  @Test
  void the_shortest_wait_outside_the_worker_has_a_topic() {
    assertThat(LADDER.shortest()).isEqualTo(Duration.ofSeconds(61));
    assertThat(new RetryLadder(Duration.ofMinutes(1), List.of(Duration.ofHours(1))).shortest())
        .isEqualTo(Duration.ofHours(1));
    assertThat(new RetryLadder(Duration.ofMinutes(1), List.of()).shortest()).isNull();
  }

  @Test
  void without_a_topic_that_fits_a_wait_stays_in_the_worker() {
    assertThat(new RetryLadder(Duration.ofMinutes(1), List.of()).hop(Duration.ofDays(9))).isNull();
    assertThat(
            new RetryLadder(Duration.ofMinutes(1), List.of(Duration.ofHours(1)))
                .hop(Duration.ofMinutes(30)))
        .isNull();
  }

  @Test
  void a_hundred_minutes_are_an_hour_and_four_times_ten_minutes() {
    Duration wait = Duration.ofMinutes(100);
    List<Duration> steps = new ArrayList<>();
    for (Hop hop = LADDER.hop(wait); hop != null; hop = LADDER.hop(wait)) {
      steps.add(hop.step());
      wait = wait.minus(hop.time()).minusMillis(200);
    }
    assertThat(steps)
        .containsExactly(
            Duration.ofHours(1),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10));
  }

  @Test
  void no_wait_ends_early_or_needs_many_moves() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 10_000; i++) {
      Duration left = Duration.ofMillis(random.nextLong(Duration.ofDays(2).toMillis()));
      int moves = 0;
      for (Hop hop = LADDER.hop(left); hop != null; hop = LADDER.hop(left)) {
        assertThat(hop.time()).as("seed %d", seed).isPositive().isLessThanOrEqualTo(left);
        assertThat(hop.step().minus(hop.time())).isLessThanOrEqualTo(Duration.ofSeconds(5));
        left = left.minus(hop.time()).minusMillis(random.nextLong(300));
        moves++;
      }
      assertThat(left).as("seed %d", seed).isLessThanOrEqualTo(Duration.ofMinutes(1));
      assertThat(moves).as("seed %d", seed).isLessThanOrEqualTo(8 + 5 + 5 + 9);
    }
  }
}
