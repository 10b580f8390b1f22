package dev.haul.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RungTest {
  @ParameterizedTest
  @CsvSource({
    "haul.retry.1m, haul.retry.1m, PT1M",
    "haul.retry.500ms, haul.retry.500ms, PT0.5S",
    "later = 6h, later, PT6H",
    "haul.retry.1m=2m, haul.retry.1m, PT2M",
    "d.1d, d.1d, PT24H"
  })
  void reads_a_name_and_its_delay(String text, String topic, Duration delay) {
    var rung = new Rung(topic, delay);
    assertThat(Rung.parse(text.replace(" = ", "="))).isEqualTo(rung);
    assertThat(Rung.parse(rung.toString())).isEqualTo(rung);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"haul.retry", "haul.retry.1y", "a b=1m", "haul.retry=0s", "r.8d", "1m", ""})
  void refuses_what_says_no_delay_or_breaks_a_rule(String text) {
    assertThatThrownBy(() -> Rung.parse(text))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("topics.retry must");
  }

  @Test
  void prints_the_short_form_of_the_names_by_default() {
    assertThat(TopicSettings.DEFAULTS.retry())
        .extracting(Rung::toString)
        .containsExactly("haul.retry.1m", "haul.retry.10m", "haul.retry.1h", "haul.retry.6h");
    assertThat(new Rung("later", Duration.ofSeconds(3))).hasToString("later=3000ms");
  }
}
