package dev.haul.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadJobTest {
  private static final SourceUrl URL = SourceUrl.parse("https://example.com/a");
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  /** What the tests vary; everything else is as in a job with nothing but a URL. */
  private static final class Draft {
    private List<SourceUrl> mirrors = List.of();
    private String store = "default";
    private OptionalLong size = OptionalLong.empty();
    private Map<String, String> headers = Map.of();
    private int priority = 5;
    private @Nullable Instant notBefore;
    private @Nullable Instant deadline;
    private OptionalInt maxAttempts = OptionalInt.empty();
    private Map<String, String> labels = Map.of();

    DownloadJob job() {
      return new DownloadJob(
          new JobId("a"),
          URL,
          mirrors,
          new Target("a"),
          store,
          size,
          null,
          headers,
          null,
          IfExists.SKIP,
          priority,
          null,
          notBefore,
          deadline,
          maxAttempts,
          labels);
    }
  }

  private final Draft draft = new Draft();

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused() {
    return assertThatThrownBy(draft::job).isInstanceOf(InvalidField.class);
  }

  @Test
  void only_a_url_is_needed() {
    assertThat(DownloadJob.of(new JobId("a"), URL, new Target("a"))).isEqualTo(draft.job());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 10})
  void the_priority_has_a_range(int priority) {
    draft.priority = priority;
    assertRefused().hasMessage("priority must be from 0 to 9 but was " + priority);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1001})
  void the_attempts_have_a_range(int attempts) {
    draft.maxAttempts = OptionalInt.of(attempts);
    assertRefused().hasMessage("maxAttempts must be from 1 to 1000 but was " + attempts);
  }

  @Test
  void an_empty_file_is_a_file() {
    draft.size = OptionalLong.of(0);
    assertThat(draft.job().size()).hasValue(0);
    draft.size = OptionalLong.of(-1);
    assertRefused().hasMessage("size must be at least 0 bytes but was -1");
  }

  @Test
  void mirrors_are_few() {
    draft.mirrors = Collections.nCopies(17, URL);
    assertRefused().hasMessage("mirrors must be at most 16 URLs but was 17");
  }

  @Test
  void the_deadline_comes_last() {
    draft.notBefore = NOON;
    draft.deadline = NOON;
    assertRefused().hasMessage("deadline must be after notBefore but was 2026-11-23T12:00:00Z");
  }

  @Test
  void names_are_short() {
    draft.store = "";
    assertRefused()
        .hasMessage("store must have 1 to 128 characters of well-formed Unicode but was ''");
    draft.store = "s".repeat(129);
    assertRefused().hasMessageStartingWith("store must have 1 to 128 characters");
  }

  @Nested
  class Labels {
    @Test
    void are_few() {
      draft.labels = numbered(65);
      assertRefused().hasMessage("labels must be at most 64 entries but was 65");
    }

    @Test
    void are_short_because_every_event_carries_them() {
      draft.labels = Map.of("a".repeat(128), "b".repeat(1024));
      assertThat(draft.job().labels()).isEqualTo(draft.labels);
      draft.labels = Map.of("a".repeat(129), "b");
      assertRefused().hasMessageStartingWith("labels must have names of at most 128 characters");
      draft.labels = Map.of("a", "b".repeat(1025));
      assertRefused().hasMessageStartingWith("labels.a must be at most 1024 characters");
    }

    @Test
    void can_be_written_to_an_event() {
      draft.labels = Map.of("a", "\uD800");
      assertRefused()
          .hasMessage(
              "labels.a must be at most 1024 characters of well-formed Unicode but was '\\ud800'");
    }
  }

  @Nested
  class Headers {
    @ParameterizedTest
    @CsvSource({
      "Accept, video/mp4",
      "X-Api.Key_1, a b",
      "accept-language, ''",
      "X, 'café'",
      "X, 'a\tb'"
    })
    void are_passed_on(String name, String value) {
      draft.headers = Map.of(name, value);
      assertThat(draft.job().headers()).isEqualTo(Map.of(name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\r\nb", "ä", "(a)", "\0"})
    void have_names_that_are_tokens(String name) {
      draft.headers = Map.of(name, "x");
      assertRefused().hasMessageStartingWith("headers must have token names (RFC 9110)");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Host",
          "content-length",
          "Transfer-Encoding",
          "CONNECTION",
          "Range",
          "If-Range",
          "Accept-Encoding",
          "TE",
          "Upgrade",
          "Expect",
          "Proxy-Authorization"
        })
    void that_frame_the_message_belong_to_the_worker(String name) {
      draft.headers = Map.of(name, "x");
      assertRefused().hasMessage("headers." + name + " must not be set by a job");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Evil: b", "a\nb", "a\0b", "\u007f", "日本"})
    void hold_no_line_breaks_and_are_not_shown(String value) {
      draft.headers = Map.of("X-A", value);
      assertRefused()
          .hasMessage(
              "headers.X-A must be at most 4096 printable characters of ISO 8859-1, without line"
                  + " breaks");
    }

    @Test
    void are_few_and_short() {
      draft.headers = numbered(65);
      assertRefused().hasMessage("headers must be at most 64 entries but was 65");
      draft.headers = Map.of("a", "b".repeat(4097));
      assertRefused().hasMessageStartingWith("headers.a must be at most 4096");
    }
  }

  private static Map<String, String> numbered(int entries) {
    return IntStream.range(0, entries)
        .mapToObj(i -> "n" + i)
        .collect(Collectors.toMap(name -> name, name -> name));
  }
}
