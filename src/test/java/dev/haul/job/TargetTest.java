package dev.haul.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

  static Stream<String> safe() {
    return Stream.of(
        "a",
        "2026/11/22/weekly.mp4",
        "a b/c d",
        "..a/b..",
        "...",
        "a/.haul/b",
        ".haul2/b",
        "console/auxiliary.txt",
        "com0",
        "日本語/録画.mp4",
        "\uD83D\uDE00",
        "a".repeat(255),
        "é".repeat(127),
        ("a".repeat(255) + "/").repeat(3) + "a".repeat(255));
  }

  @ParameterizedTest
  @MethodSource("safe")
  void a_relative_path_is_kept_as_it_is(String path) {
    assertThat(new Target(path)).hasToString(path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | must not be empty",
        "/etc/passwd | must be relative",
        "// | must be relative",
        ".. | must not hold the names . or ..",
        "../a | must not hold the names . or ..",
        "a/../../b | must not hold the names . or ..",
        "a/.. | must not hold the names . or ..",
        "./a | must not hold the names . or ..",
        "a/. | must not hold the names . or ..",
        "a//b | must not hold an empty name",
        "a/ | must not hold an empty name",
        "C:a | must not start with a drive letter",
        "c:/a | must not start with a drive letter",
        "a\\b | must not hold a backslash",
        "..\\a | must not hold a backslash",
        "\\\\host\\a | must not hold a backslash",
        "con | must not hold a reserved device name",
        "a/NUL.txt | must not hold a reserved device name",
        "Com1.tar.gz/a | must not hold a reserved device name",
        ".haul | must not be below .haul, which belongs to the store",
        ".haul/a | must not be below .haul, which belongs to the store",
        ".HAUL/a | must not be below .haul, which belongs to the store",
      })
  void one_that_could_leave_the_root_or_break_a_file_system_is_refused(String path, String rule) {
    assertThatThrownBy(() -> new Target(path))
        .isInstanceOf(InvalidField.class)
        .hasMessage("target " + rule + " but was '" + path + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "a\nb", "a\u007fb", "a\u0085b"})
  void control_characters_are_refused_and_shown_escaped(String path) {
    assertThatThrownBy(() -> new Target(path))
        .hasMessage(
            "target must not hold control characters but was 'a\\u%04xb'"
                .formatted((int) path.charAt(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\uD800b", "a\uDC00b"})
  void half_a_surrogate_pair_is_refused_and_shown_escaped(String path) {
    assertThatThrownBy(() -> new Target(path))
        .hasMessage(
            "target must be well-formed Unicode but was 'a\\u%04xb'"
                .formatted((int) path.charAt(1)));
  }

  @Test
  void lengths_are_counted_in_bytes() {
    assertThatThrownBy(() -> new Target("é".repeat(128)))
        .hasMessageStartingWith("target must hold names of at most 255 bytes");
    assertThatThrownBy(() -> new Target("a/".repeat(512) + "a"))
        .hasMessageStartingWith("target must be at most 1024 bytes of UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://example.com/a/b.mp4?c=d | example.com/b.mp4",
        "https://EXAMPLE.com:8443/b.mp4 | example.com/b.mp4",
        "https://example.com | example.com/index",
        "https://example.com/a/ | example.com/index",
        "https://example.com/a/.. | example.com/index",
        "https://example.com/%2e%2e | example.com/index",
        "https://example.com/a%2Fb | example.com/b",
        "https://example.com/..%5C..%5Ca | example.com/.._.._a",
        "https://example.com/a%00b%0a | example.com/a_b_",
        "https://example.com/C:x | example.com/C_x",
        "https://example.com/nul.txt | example.com/index",
        "https://example.com/%20 | example.com/index",
        "https://example.com/%FF%FE | example.com/\uFFFD\uFFFD",
        "https://example.com/録画.mp4 | example.com/録画.mp4",
        "https://example.com/.haul | example.com/.haul",
        "https://my_bucket.example.com/a | my_bucket.example.com/a",
        "https://con/a | _con/a",
        "https://aux.example.com/a | _aux.example.com/a",
        "http://[::1]:81/a | __1/a",
        "http://bücher.example/a | xn--bcher-kva.example/a",
      })
  void a_job_without_one_is_stored_under_host_and_last_segment(String url, String target) {
    assertThat(Target.of(SourceUrl.parse(url))).isEqualTo(new Target(target));
  }

  @Test
  void a_segment_that_is_too_long_is_cut_between_characters() {
    SourceUrl url = SourceUrl.parse("http://h/" + "é".repeat(200));
    assertThat(Target.of(url)).isEqualTo(new Target("h/" + "é".repeat(127)));
  }
}
