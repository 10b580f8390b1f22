package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 KiB",
    "1023, 1.0 KiB",
    "1536, 1.5 KiB",
    "102400, 100 KiB",
    "1023487, 999 KiB",
    "1023488, 1.0 MiB",
    "73400320, 70.0 MiB",
    "5368709120, 5.0 GiB",
    "9223372036854775807, 8.0 EiB"
  })
  void bytes_have_three_digits_and_a_unit(long bytes, String text) {
    assertThat(Quantities.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s",
    "340, 0.3 s",
    "9999, 10.0 s",
    "10000, 10 s",
    "59999, 59 s",
    "60000, 1:00",
    "187000, 3:07",
    "7387000, 2:03:07"
  })
  void times_read_like_a_clock(long millis, String text) {
    assertThat(Quantities.time(Duration.ofMillis(millis))).isEqualTo(text);
  }
}
