package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HostSignTest {
  @Test
  void of_a_file_that_came_is_well() {
    assertThat(HostSign.of(null, 0)).isEqualTo(HostSign.WELL);
  }

  @ParameterizedTest
  @CsvSource({
    "DNS,               0, DOWN",
    "CONNECT,           0, DOWN",
    "TLS,               0, DOWN",
    "STALLED,           0, DOWN",
    "STALLED,           9, STRAINED",
    "INTERRUPTED,       0, DOWN",
    "INTERRUPTED,       9, STRAINED",
    "THROTTLED,         0, THROTTLED",
    "CHECKSUM_MISMATCH, 9, WELL",
    "BAD_RESPONSE,      0, WELL",
    "FORBIDDEN_ADDRESS, 0, NOTHING",
    "NO_SPACE,          9, NOTHING",
  })
  void follows_from_the_code_and_from_whether_bytes_came(
      ErrorCode code, long bytes, HostSign expected) {
    assertThat(HostSign.of(Failure.of(code, "m"), bytes)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "404, WELL",
    "410, WELL",
    "408, STRAINED",
    "500, STRAINED",
    "502, DOWN",
    "503, DOWN",
    "504, DOWN"
  })
  void of_an_error_status_follows_from_the_status(int status, HostSign expected) {
    var failure = new Failure(ErrorCode.HTTP_STATUS, "m", true, OptionalInt.of(status), null);
    assertThat(HostSign.of(failure, 0)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void is_known_for_every_code(ErrorCode code) {
    assertThat(HostSign.of(Failure.of(code, "m"), 0)).isNotNull();
  }
}
