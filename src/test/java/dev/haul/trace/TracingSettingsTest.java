package dev.haul.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracingSettingsTest {
  @Test
  void nothing_is_traced_unless_an_endpoint_is_set() {
    assertThat(TracingSettings.DEFAULTS.enabled()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:4318,http://localhost:4318/v1/traces",
    "http://localhost:4318/,http://localhost:4318/v1/traces",
    "https://tempo.test/otlp/v1/traces,https://tempo.test/otlp/v1/traces"
  })
  void an_address_alone_means_the_usual_path(String endpoint, String url) {
    assertThat(new TracingSettings(endpoint, 1).url()).isEqualTo(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:4318",
        "grpc://localhost:4317",
        "http://user:secret@localhost",
        "http://localhost/?key=secret",
        "http://",
        "not a url"
      })
  void an_endpoint_that_is_none_is_refused_without_being_told(String endpoint) {
    assertThatThrownBy(() -> new TracingSettings(endpoint, 1))
        .isInstanceOf(InvalidField.class)
        .hasMessage(
            "tracing.endpoint must be an http or https URL without user, query and fragment");
  }

  @Test
  void a_share_of_none_is_refused() {
    assertThatThrownBy(() -> new TracingSettings(null, 0))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("tracing.one-in must be at least 1");
  }
}
