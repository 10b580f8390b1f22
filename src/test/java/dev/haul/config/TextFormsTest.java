package dev.haul.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.haul.job.DurationText;
import dev.haul.job.SizeText;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormsTest {
  @ParameterizedTest
  @CsvSource({
    "0s,      PT0S,      0s",
    "500ms,   PT0.5S,    500ms",
    "1000ms,  PT1S,      1s",
    "10s,     PT10S,     10s",
    "90s,     PT1M30S,   90s",
    "5m,      PT5M,      5m",
    "2h,      PT2H,      2h",
    "24h,     PT24H,     1d",
    "PT1H30M, PT1H30M,   90m",
    "PT0.0001S, PT0.0001S, PT0.0001S",
    "PT-5S,   PT-5S,     PT-5S"
  })
  void durations_are_read_and_printed(String text, Duration duration, String printed) {
    assertThat(DurationText.parse(text)).isEqualTo(duration);
    assertThat(DurationText.print(duration)).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10", "s", "-1s", "1.5s", "1h30m", "1 s", "999999999999999999d", "soon"})
  void other_texts_are_no_durations(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DurationText.parse(text))
        .withMessage("must be a duration such as 500ms, 10s, 5m, 2h, 1d or PT1H30M");
  }

  @ParameterizedTest
  @CsvSource({
    "0,        0,             0",
    "1,        1,             1",
    "1023,     1023,          1023",
    "64KiB,    65536,         64KiB",
    "10 MiB,   10485760,      10MiB",
    "1gib,     1073741824,    1GiB",
    "2TiB,     2199023255552, 2TiB",
    "5MB,      5000000,       5000000",
    "1kB,      1000,          1000",
    "7B,       7,             7",
    "1048576,  1048576,       1MiB",
    "9223372036854775807, 9223372036854775807, 9223372036854775807"
  })
  void sizes_are_read_and_printed(String text, long bytes, String printed) {
    assertThat(SizeText.parse(text)).isEqualTo(bytes);
    assertThat(SizeText.print(bytes)).isEqualTo(printed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5MiB", "10M", "MiB", "9223372036854775808", "9999999TiB"})
  void other_texts_are_no_sizes(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SizeText.parse(text))
        .withMessage("must be a size such as 64KiB, 10MiB, 1GiB, 5MB or 1048576");
  }

  @Test
  void whatever_is_printed_is_read_back() {
    RandomGenerator random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong(1L << random.nextInt(1, 62));
      assertThat(SizeText.parse(SizeText.print(value))).isEqualTo(value);
      Duration duration = Duration.ofMillis(value);
      assertThat(DurationText.parse(DurationText.print(duration))).isEqualTo(duration);
    }
  }
}
