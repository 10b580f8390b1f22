package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidatorTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        // etag | last modified | date | validator
        "\"a\"   | -                             | -                             | \"a\"",
        "\"\"    | -                             | -                             | \"\"",
        "W/\"a\" | -                             | -                             | -",
        "a       | -                             | -                             | -",
        "\"a     | -                             | -                             | -",
        "\"a\"b\"| -                             | -                             | -",
        "-       | Tue, 24 Nov 2026 10:00:00 GMT | Tue, 24 Nov 2026 10:01:00 GMT | Tue, 24 Nov 2026 10:00:00 GMT",
        "-       | Tue, 24 Nov 2026 10:00:00 GMT | Tue, 24 Nov 2026 10:00:59 GMT | -",
        "-       | Tue, 24 Nov 2026 10:00:00 GMT | -                             | -",
        "-       | Tue, 24 Nov 2026 10:02:00 GMT | Tue, 24 Nov 2026 10:01:00 GMT | -",
        "-       | yesterday                     | Tue, 24 Nov 2026 10:01:00 GMT | -",
        "-       | -                             | Tue, 24 Nov 2026 10:01:00 GMT | -",
        // A date is no way out where there is a tag that is weak.
        "W/\"a\" | Tue, 24 Nov 2026 10:00:00 GMT | Tue, 24 Nov 2026 10:01:00 GMT | -",
        "\"a\"   | Tue, 24 Nov 2026 10:00:00 GMT | Tue, 24 Nov 2026 10:01:00 GMT | \"a\"",
      })
  void is_what_if_range_may_hold(String etag, String modified, String date, String expected) {
    assertThat(Validator.of(etag, modified, date))
        .isEqualTo(expected == null ? null : new Validator(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        // validator | etag | last modified | contradicts
        "\"a\" | \"a\"   | x | false",
        "\"a\" | -       | x | false",
        "\"a\" | \"b\"   | x | true",
        "\"a\" | W/\"a\" | x | true",
        "x     | \"b\"   | x | false",
        "x     | -       | - | false",
        "x     | -       | y | true",
      })
  void is_contradicted_by_its_own_header_alone(
      String validator, String etag, String modified, boolean contradicts) {
    assertThat(new Validator(validator).contradicts(etag, modified)).isEqualTo(contradicts);
  }
}
