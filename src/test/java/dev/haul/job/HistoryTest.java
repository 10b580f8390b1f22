package dev.haul.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HistoryTest {
  private static Attempt attempt(int number) {
    return new Attempt(
        number, Instant.EPOCH, Instant.EPOCH, "a.test", ErrorCode.DNS, "unknown", 0, "w");
  }

  private static History of(int attempts) {
    History history = History.NONE;
    for (int number = 1; number <= attempts; number++) {
      history = history.with(attempt(number));
    }
    return history;
  }

  @Test
  void is_whole_up_to_its_bound() {
    assertThat(History.NONE.omitted()).isZero();
    assertThat(of(21).omitted()).isZero();
    assertThat(of(21).attempts()).extracting(Attempt::number).hasSize(21).startsWith(1, 2);
  }

  @Test
  void keeps_the_first_attempt_and_the_last_ones_beyond() {
    History history = of(1000);
    assertThat(history.omitted()).isEqualTo(979);
    assertThat(history.attempts())
        .extracting(Attempt::number)
        .containsExactlyElementsOf(
            IntStream.concat(IntStream.of(1), IntStream.rangeClosed(981, 1000)).boxed().toList());
  }

  @Test
  void cuts_what_an_attempt_tells_of_its_failure() {
    var long1 =
        new Attempt(1, Instant.EPOCH, Instant.EPOCH, "a", ErrorCode.DNS, "x".repeat(9999), 0, "w");
    assertThat(long1.message()).hasSize(256).endsWith("x…");
  }
}
