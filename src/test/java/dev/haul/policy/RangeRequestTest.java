package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.RangeAnswer.Complete;
import dev.haul.policy.RangeAnswer.Partial;
import dev.haul.policy.RangeAnswer.Unrelated;
import dev.haul.policy.RangeAnswer.Useless;
import dev.haul.policy.RangeAnswer.Whole;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeRequestTest {
  private static final Validator TAG = new Validator("\"a\"");

  private static OptionalLong number(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @Test
  void asks_for_the_rest_or_for_a_piece() {
    var rest = new RangeRequest(TAG, 40, OptionalLong.empty(), OptionalLong.of(100));
    var piece = new RangeRequest(TAG, 40, OptionalLong.of(50), OptionalLong.of(100));

    assertThat(rest.range()).isEqualTo("bytes=40-");
    assertThat(piece.range()).isEqualTo("bytes=40-49");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        // Asked for the bytes from 40: to | size | status | content range | length | etag | answer
        "-  | 100 | 206 | bytes 40-99/100     | 60 | \"a\"   | 40-100/100",
        "-  | 100 | 206 | bytes 40-99/100     | -  | -       | 40-100/100",
        "-  | -   | 206 | bytes 40-99/100     | 60 | \"a\"   | 40-100/100",
        "50 | 100 | 206 | Bytes 40-49/100     | 10 | \"a\"   | 40-50/100",
        // Another version, another size, another part.
        "-  | 100 | 206 | bytes 40-99/100     | 60 | \"b\"   | useless",
        "-  | 100 | 206 | bytes 40-99/100     | 60 | W/\"a\" | useless",
        "-  | 100 | 206 | bytes 40-100/101    | 61 | \"a\"   | useless",
        "-  | 100 | 206 | bytes 40-99/*       | 60 | \"a\"   | useless",
        "-  | 100 | 206 | bytes 41-99/100     | 59 | \"a\"   | useless",
        "-  | 100 | 206 | bytes 0-99/100      | 100| \"a\"   | useless",
        "-  | 100 | 206 | bytes 40-98/100     | 59 | \"a\"   | useless",
        "50 | 100 | 206 | bytes 40-99/100     | 60 | \"a\"   | useless",
        "-  | -   | 206 | bytes 40-99/90      | 60 | \"a\"   | useless",
        "-  | 100 | 206 | bytes 40-99/100     | 61 | \"a\"   | useless",
        "-  | 100 | 206 | bytes 40-99/100     | x  | \"a\"   | useless",
        "-  | 100 | 206 | bytes */100         | 60 | \"a\"   | useless",
        "-  | 100 | 206 | lines 40-99/100     | 60 | \"a\"   | useless",
        "-  | 100 | 206 | bytes 40-9999999999999999999/100 | 60 | \"a\" | useless",
        "-  | 100 | 206 | -                   | 60 | \"a\"   | useless",
        // 416 is judged by the complete length.
        "-  | -   | 416 | bytes */40          | 0  | -       | complete",
        "-  | -   | 416 | bytes */40          | 0  | \"a\"   | complete",
        "-  | -   | 416 | bytes */40          | 0  | \"b\"   | useless",
        "-  | -   | 416 | bytes */39          | 0  | -       | useless",
        "-  | -   | 416 | -                   | 0  | -       | useless",
        "-  | 100 | 416 | bytes */40          | 0  | -       | useless",
        "-  | 100 | 416 | bytes */100         | 0  | -       | useless",
        // No range at all.
        "-  | 100 | 200 | -                   | 100| \"a\"   | whole",
        "-  | 100 | 200 | bytes 40-99/100     | 60 | \"b\"   | whole",
        "-  | 100 | 302 | -                   | 0  | -       | unrelated",
        "-  | 100 | 404 | -                   | 0  | -       | unrelated",
        "-  | 100 | 503 | bytes */100         | 0  | -       | unrelated",
      })
  void judges_what_comes(
      Long to,
      Long size,
      int status,
      String contentRange,
      String length,
      String etag,
      String expected) {
    var request = new RangeRequest(TAG, 40, number(to), number(size));

    RangeAnswer answer =
        request.judge(new RangeRequest.Head(status, contentRange, length, etag, "a date"));

    assertThat(
            switch (answer) {
              case Partial(ByteRange range, long whole) ->
                  range.from() + "-" + range.to() + "/" + whole;
              case Complete() -> "complete";
              case Whole() -> "whole";
              case Useless _ -> "useless";
              case Unrelated() -> "unrelated";
            })
        .isEqualTo(expected);
  }
}
