package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.DurationText;
import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DispatchSettingsTest {
  @Test
  void have_the_documented_defaults() {
    assertThat(DispatchSettings.DEFAULTS)
        .isEqualTo(
            new DispatchSettings(
                64, 32, 10_000, Adaptive.AIMD, List.of(), List.of(), Duration.ofHours(1)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 1h, dispatch.max-concurrent must be from 1 to 10000 but was 0",
    "10001, 1, 1, 1h, dispatch.max-concurrent must be from 1 to 10000 but was 10001",
    "1, 0, 1, 1h, dispatch.max-per-host must be from 1 to 10000 but was 0",
    "1, 1, 0, 1h, dispatch.max-per-credential must be from 1 to 10000 but was 0",
    "1, 1, 1, 0s, dispatch.patience must be above 0 and at most 7 days but was PT0S",
    "1, 1, 1, 8d, dispatch.patience must be above 0 and at most 7 days but was PT192H",
  })
  void name_what_is_wrong(int all, int host, int credential, String patience, String message) {
    Duration wait = DurationText.parse(patience);
    assertThatThrownBy(() ->
            new DispatchSettings(all, host, credential, Adaptive.AIMD, List.of(), List.of(), wait))
        .isInstanceOf(InvalidField.class)
        .hasMessage(message);
  }

  @Test
  void may_grant_a_host_more_slots_than_there_are() {
    assertThat(DispatchSettings.of(1, 32).maxPerHost()).isEqualTo(32);
  }

  @Nested
  class A_quota {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "files.example.com=concurrent:4|requests:5/s|bytes:20MiB/s",
          "*.example.com=requests:90/m",
          "*=bytes:500000/s",
          "[::1]=concurrent:1",
          "a=requests:100/h"
        })
    void is_printed_as_it_is_read(String text) {
      assertThat(Quota.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"", "a", "a=", "a=concurrent:0", "a=requests:5", "a=bytes:0/s", "=concurrent:4"})
    void of_another_form_is_refused(String text) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Quota.parse(text))
          .withMessage(
              "must be a host and its limits, such as"
                  + " files.example.com=concurrent:4|requests:5/s|bytes:20MiB/s");
    }

    @ParameterizedTest
    @CsvSource({
      "*,             a.example.com, true",
      "*.example.com, a.example.com, true",
      "*.example.com, example.com,   false",
      "example.com,   example.com,   true",
      "example.com,   a.example.com, false",
    })
    void is_for_the_hosts_that_it_names(String host, String name, boolean isFor) {
      assertThat(Quota.parse(host + "=concurrent:1").isFor(name)).isEqualTo(isFor);
    }

    @Test
    void takes_the_place_of_the_limit_of_a_host_and_the_first_one_counts() {
      List<Quota> quotas = List.of(Quota.parse("a.b=concurrent:2"), Quota.parse("*=concurrent:7"));
      var settings =
          new DispatchSettings(
              9, 3, 9, Adaptive.FIXED, quotas, List.of(), DispatchSettings.DEFAULTS.patience());

      assertThat(settings.governor("a.b", 0).limit()).isEqualTo(2);
      assertThat(settings.governor("c", 0).limit()).isEqualTo(7);
      assertThat(DispatchSettings.of(9, 3).governor("c", 0).limit()).isEqualTo(3);
    }
  }
}
