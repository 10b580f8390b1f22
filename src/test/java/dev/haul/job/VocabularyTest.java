package dev.haul.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {

  @Nested
  class A_job_id {
    @ParameterizedTest
    @ValueSource(strings = {"a", "zoom-9f2c", "A.b_c:d-9", "haul.jobs-0-12", "-", ".", ":"})
    void names_a_job(String value) {
      assertThat(new JobId(value)).hasToString(value);
    }

    static Stream<String> others() {
      return Stream.of("", "a".repeat(129), "a b", "a/b", "ä", "a\n", "a\0", "日本", "\uD800");
    }

    @ParameterizedTest
    @MethodSource("others")
    void is_short_and_plain(String value) {
      assertThat(JobId.isValid(value)).isFalse();
      assertThatThrownBy(() -> new JobId(value))
          .isInstanceOf(InvalidField.class)
          .hasMessageStartingWith(
              "id must be 1 to 128 characters of A-Z a-z 0-9 . _ : - but was '");
    }

    @Test
    void has_at_most_128_characters() {
      assertThat(JobId.isValid("a".repeat(128))).isTrue();
    }
  }

  @Nested
  class A_checksum {
    @ParameterizedTest
    @CsvSource({
      "sha256, 64, SHA-256",
      "sha512, 128, SHA-512",
      "sha1, 40, SHA-1",
      "md5, 32, MD5",
      "crc32c, 8, ''"
    })
    void has_an_algorithm_and_its_digits(String name, int digits, String jcaName) {
      Checksum checksum = Checksum.parse(name + ":" + "A9".repeat(digits / 2));
      assertThat(checksum).hasToString(name + ":" + "a9".repeat(digits / 2));
      assertThat(checksum.algorithm().jcaName()).isEqualTo(jcaName);
      String rule = "checksum must have " + digits + " hex digits after " + name + ":";
      for (String hex :
          new String[] {
            "",
            "a".repeat(digits - 1),
            "a".repeat(digits + 1),
            "g".repeat(digits),
            " ".repeat(digits)
          }) {
        assertThatThrownBy(() -> Checksum.parse(name + ":" + hex))
            .isInstanceOf(InvalidField.class)
            .hasMessageStartingWith(rule);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "abcd", "sha256", "sha-256:00", "SHA256:00", "sha3:00", ":00"})
    void of_another_shape_is_refused(String text) {
      assertThatThrownBy(() -> Checksum.parse(text))
          .hasMessage(
              "checksum must be sha256:, sha512:, sha1:, md5: or crc32c: and hex digits but was '"
                  + text
                  + "'");
    }
  }

  @Nested
  class An_error_code {
    @Test
    void is_one_of_a_closed_set() {
      assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::wireName))
          .containsExactly(
              "bad-job",
              "forbidden-address",
              "dns",
              "connect",
              "tls",
              "http-status",
              "throttled",
              "redirect",
              "bad-response",
              "interrupted",
              "stalled",
              "deadline",
              "too-large",
              "size-mismatch",
              "checksum-mismatch",
              "target-exists",
              "no-space",
              "storage",
              "credentials",
              "cancelled",
              "poison",
              "internal");
    }
  }

  @Nested
  class An_invalid_field {
    @Test
    void shows_the_beginning_of_a_long_value() {
      assertThat(new InvalidField("a", "\uD83D\uDE00".repeat(121), "is bad"))
          .hasMessage("a is bad but was '" + "\uD83D\uDE00".repeat(120) + "…'");
      assertThat(new InvalidField("a", "b".repeat(120), "is bad"))
          .hasMessage("a is bad but was '" + "b".repeat(120) + "'");
    }

    @Test
    void may_hide_the_value() {
      var hidden = new InvalidField("headers.X", "is bad");
      assertThat(hidden).hasMessage("headers.X is bad");
      assertThat(hidden.field()).isEqualTo("headers.X");
    }
  }
}
