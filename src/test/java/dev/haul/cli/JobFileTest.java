package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFileTest {
  private static List<String> read(String text) {
    return JobFile.read("jobs", text, null).stream()
        .map(line -> line.source() + " " + line.fields())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://example.org/a,b?url=1 | URLS",
        "{\"url\":\"https://example.org/a\"} | NDJSON",
        "[{}] | NDJSON",
        "url | CSV",
        "\"url\",\"size\" | CSV",
        "target, url | CSV",
        "nonsense | URLS"
      })
  void the_first_line_tells_the_format(String line, JobFormat format) {
    assertThat(JobFormat.of(line)).isEqualTo(format);
  }

  @Nested
  class A_list_of_urls {
    @Test
    void may_hold_comments_and_empty_lines() {
      assertThat(read("\ufeff# recordings\n\n https://example.org/a \r\nhttps://example.org/b"))
          .containsExactly(
              "jobs:3 {\"url\":\"https://example.org/a\"}",
              "jobs:4 {\"url\":\"https://example.org/b\"}");
    }
  }

  @Nested
  class Ndjson {
    @Test
    void holds_an_object_a_line() {
      assertThat(read("{\"url\":\"https://example.org/a\",\"size\":7}\n\n{\"id\":\"b\"}\n"))
          .containsExactly(
              "jobs:1 {\"url\":\"https://example.org/a\",\"size\":7}", "jobs:3 {\"id\":\"b\"}");
    }

    @Test
    void tells_all_bad_lines_at_once() {
      assertThatThrownBy(() -> read("{\"url\":\n[1]\n{} {}\n{\"a\":1,\"a\":2}\n{}"))
          .isInstanceOf(InvalidInput.class)
          .message()
          .satisfies(message ->
              assertThat(message.lines())
                  .hasSize(4)
                  .satisfiesExactly(
                      line -> assertThat(line).startsWith("jobs:1: must be one JSON object: "),
                      line -> assertThat(line).isEqualTo("jobs:2: must be one JSON object"),
                      line -> assertThat(line).startsWith("jobs:3: must be one JSON object: "),
                      line -> assertThat(line).contains("Duplicate field 'a'")));
    }
  }

  @Nested
  class Csv {
    @Test
    void names_the_fields_in_its_header() {
      assertThat(
              read(
                  """
                  url,size,target,labels.meeting,mirrors
                  https://example.org/a,7,"a, b.mp4",123,https://m.example/a https://n.example/a
                  https://example.org/b
                  """))
          .containsExactly(
              "jobs:2 {\"url\":\"https://example.org/a\",\"size\":7,\"target\":\"a, b.mp4\","
                  + "\"labels\":{\"meeting\":\"123\"},"
                  + "\"mirrors\":[\"https://m.example/a\",\"https://n.example/a\"]}",
              "jobs:3 {\"url\":\"https://example.org/b\"}");
    }

    @Test
    void counts_the_lines_inside_quotes() {
      assertThat(read("url,target\nhttps://a.example/,\"x\ny\"\nhttps://b.example/,b\n"))
          .element(1)
          .asString()
          .startsWith("jobs:4 ");
    }

    @Test
    void tells_what_is_no_number_and_what_has_no_column() {
      assertThatThrownBy(() -> read("url,size\nhttps://a.example/,big\nhttps://b.example/,1,2\n"))
          .isInstanceOf(InvalidInput.class)
          .hasMessage(
              """
              jobs:2: size must be a whole number but was 'big'
              jobs:3: has 3 cells for 2 columns\
              """);
    }

    @Test
    void must_have_urls_and_no_column_twice() {
      assertThatThrownBy(() -> JobFile.read("jobs", "size,size\n1,2\n", JobFormat.CSV))
          .isInstanceOf(InvalidInput.class)
          .hasMessage(
              """
              jobs:1: the column 'size' is there twice
              jobs:1: the header must name a column url\
              """);
    }
  }

  @Test
  void only_the_first_errors_are_shown() {
    assertThatThrownBy(() -> read("{}\n" + "x\n".repeat(25)))
        .isInstanceOf(InvalidInput.class)
        .message()
        .satisfies(
            message -> assertThat(message.lines()).hasSize(21).last().isEqualTo("and 5 more"));
  }
}
