package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.SourceUrl;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorOrderTest {
  private static final long SECOND = 1_000_000_000;

  private final MirrorOrder mirrors = new MirrorOrder();

  private static SourceUrl url(String host) {
    return SourceUrl.parse("https://" + host + ".example/file");
  }

  /** Of the job whose first source is a, at a time in seconds. */
  private String orderAt(long seconds) {
    List<SourceUrl> order =
        mirrors.of(List.of(url("a"), url("b"), url("c")), seconds * SECOND + Long.MAX_VALUE);
    return order.stream().map(url -> url.host().substring(0, 1)).collect(Collectors.joining());
  }

  /** Each thing seen is a time in seconds, a host, and + or - for what came of it. */
  private void see(String seen) {
    for (String one : seen.split(" ", -1)) {
      SourceUrl url = url(one.substring(one.length() - 2, one.length() - 1));
      long nanos = Long.parseLong(one.substring(0, one.length() - 2)) * SECOND + Long.MAX_VALUE;
      if (one.endsWith("+")) {
        mirrors.worked(url, nanos);
      } else {
        mirrors.failed(url, nanos);
      }
    }
  }

  @Test
  void what_is_not_known_keeps_its_order() {
    assertThat(orderAt(0)).isEqualTo("abc");
  }

  @ParameterizedTest
  @CsvSource({
    // What was seen                  at  order
    "'0a-',                           0,  bca",
    "'0a-',                           59, bca",
    "'0a-',                           61, abc",
    "'0a- 0c+',                       0,  cba",
    "'0a- 0c+',                       59, cba",
    "'0b+ 0c+',                       0,  abc",
    "'0c+',                           0,  acb",
    "'0c+',                           239,acb",
    "'0c+',                           241,abc",
    "'0b-',                           0,  acb",
    "'0a- 0b- 0b-',                   0,  cab",
    "'0a- 0a+',                       0,  abc",
    "'0a+ 0a-',                       0,  bca",
    "'0a- 0b- 0c- 30a- 30a-',         30, bca",
  })
  void what_was_seen_lately_decides(String seen, long seconds, String order) {
    see(seen);

    assertThat(orderAt(seconds)).isEqualTo(order);
  }

  @Test
  void an_origin_that_always_fails_is_asked_first_again_within_five_minutes() {
    see("0a- ".repeat(1000).strip());

    assertThat(orderAt(239)).isEqualTo("bca");
    assertThat(orderAt(300)).isEqualTo("abc");
  }

  @Test
  void of_very_many_origins_the_ones_not_met_for_longest_are_forgotten() {
    see("0a-");
    for (int i = 0; i < 1023; i++) {
      mirrors.failed(SourceUrl.parse("https://" + i + ".example/"), Long.MAX_VALUE);
    }
    assertThat(orderAt(0)).isEqualTo("bca");

    for (int i = 0; i < 1024; i++) {
      mirrors.failed(SourceUrl.parse("https://x" + i + ".example/"), Long.MAX_VALUE);
    }
    assertThat(orderAt(0)).isEqualTo("abc");
  }
}
