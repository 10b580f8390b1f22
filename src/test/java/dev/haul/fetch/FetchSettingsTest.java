package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import dev.haul.policy.ContentCheck;
import dev.haul.policy.SegmentSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FetchSettingsTest {

  @Test
  void the_defaults_are_these() {
    assertThat(FetchSettings.DEFAULTS)
        .isEqualTo(
            new FetchSettings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                1024,
                Duration.ofSeconds(30),
                Duration.ofHours(24),
                10,
                1_099_511_627_776L,
                "haul",
                List.of(),
                List.of(),
                null,
                ContentCheck.HTML,
                List.of(),
                true,
                null,
                null,
                null,
                false,
                List.of(),
                true,
                true,
                new SegmentSettings(64 << 20, 4, 8 << 20),
                true));
    assertThat(ProgressSettings.DEFAULTS).isEqualTo(new ProgressSettings(Duration.ofSeconds(1)));
  }

  /** Each row breaks one setting; the others keep their defaults. */
  @ParameterizedTest
  @CsvSource({
    "fetch.connect-timeout, PT0S",
    "fetch.first-byte-timeout, PT-1S",
    "fetch.hedge-delay, PT-1S",
    "fetch.read-timeout, P366D",
    "fetch.min-speed, -1",
    "fetch.min-speed-window, PT0S",
    "fetch.total-timeout, PT0S",
    "fetch.max-redirects, 101",
    "fetch.max-bytes, 0",
    "fetch.user-agent, ''",
    "fetch.allow-networks, 10.0.0.0/99",
    "fetch.allow-ports, 65536",
    "fetch.proxy, ftp://proxy:21",
    "fetch.proxy, http://proxy",
    "fetch.proxy, http://proxy:70000",
    "fetch.proxy, http://user:password@proxy:3128",
    "fetch.proxy-secret-file, /run/secrets/proxy",
    "fetch.proxy-secret-env, PROXY",
    "fetch.no-proxy, 10.0.0.0/99"
  })
  void a_setting_out_of_bounds_is_refused_by_its_key(String key, String value) {
    assertThatThrownBy(() -> with(key, value))
        .isInstanceOfSatisfying(
            InvalidField.class, invalid -> assertThat(invalid.field()).isEqualTo(key));
  }

  @Test
  void an_interval_of_nothing_is_refused() {
    assertThatThrownBy(() -> new ProgressSettings(Duration.ZERO))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith("progress.interval must be from 1 ms to 365 days");
  }

  private static FetchSettings with(String key, String value) {
    FetchSettings defaults = FetchSettings.DEFAULTS;
    return new FetchSettings(
        key.equals("fetch.connect-timeout") ? Duration.parse(value) : defaults.connectTimeout(),
        key.equals("fetch.first-byte-timeout")
            ? Duration.parse(value)
            : defaults.firstByteTimeout(),
        key.equals("fetch.hedge-delay") ? Duration.parse(value) : defaults.hedgeDelay(),
        key.equals("fetch.read-timeout") ? Duration.parse(value) : defaults.readTimeout(),
        key.equals("fetch.min-speed") ? Long.parseLong(value) : defaults.minSpeed(),
        key.equals("fetch.min-speed-window") ? Duration.parse(value) : defaults.minSpeedWindow(),
        key.equals("fetch.total-timeout") ? Duration.parse(value) : defaults.totalTimeout(),
        key.equals("fetch.max-redirects") ? Integer.parseInt(value) : defaults.maxRedirects(),
        key.equals("fetch.max-bytes") ? Long.parseLong(value) : defaults.maxBytes(),
        key.equals("fetch.user-agent") ? value : defaults.userAgent(),
        key.equals("fetch.allow-networks") ? List.of(value) : defaults.allowNetworks(),
        key.equals("fetch.allow-ports") ? List.of(Integer.parseInt(value)) : defaults.allowPorts(),
        null,
        ContentCheck.HTML,
        List.of(),
        true,
        key.equals("fetch.proxy") ? Proxy.parse(value) : null,
        key.equals("fetch.proxy-secret-file") ? Path.of(value) : null,
        key.equals("fetch.proxy-secret-env") ? value : null,
        false,
        key.equals("fetch.no-proxy") ? List.of(value) : List.of(),
        true,
        true,
        defaults.segments(),
        true);
  }
}
