package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectHostsTest {
  @ParameterizedTest
  @CsvSource({
    "example.com, example.com, true",
    "example.com, files.example.com, true",
    "example.com, a.b.example.com., true",
    "example.com, badexample.com, false",
    "example.com, com, false",
    ".example.com, example.com, true",
    "*.example.com, files.example.com, true",
    "EXAMPLE.com, example.com, true",
    "localhost, localhost, true",
    "10.0.0.0/8, 10.1.2.3, true",
    "10.0.0.0/8, 11.1.2.3, false",
    "10.0.0.1, 10.0.0.1, true",
    "fd00::/8, [fd00::1], true",
    "10.0.0.0/8, example.com, false",
    "a.example b.example, b.example, true",
    "'', example.com, false"
  })
  void what_is_listed_is_reached_directly(String entries, String host, boolean direct) {
    List<String> list =
        Arrays.stream(entries.split(" ", -1)).filter(entry -> !entry.isEmpty()).toList();

    assertThat(new DirectHosts("field", list).contains(host)).isEqualTo(direct);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "10.0.0.0/99", "a b", "http://example.com", "0x7f.1", "-a"})
  void other_entries_are_refused(String entry) {
    assertThatThrownBy(() -> new DirectHosts("fetch.no-proxy", List.of(entry)))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith(
            "fetch.no-proxy must hold host names, addresses or CIDR networks but was");
  }
}
