package dev.haul.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobEditsTest {
  private static final JobId ID = new JobId("weekly");

  private static String edited(String job, Map<String, String> edits) {
    return new String(new JobEdits(edits).apply(job.getBytes(UTF_8), ID), UTF_8);
  }

  @Test
  void change_add_and_take_out_fields_and_leave_the_others() {
    assertThat(
            edited(
                "{\"url\":\"https://a.example/x\",\"size\":12345678901234,\"labels\":{\"a\":\"1\",\"b\":\"2\"},\"deadline\":\"2026-01-01T00:00:00Z\"}",
                Map.of(
                    "url", "https://b.example/y?t=1",
                    "priority", "9",
                    "labels.a", "3",
                    "headers.Accept", "video/mp4",
                    "deadline", "")))
        .contains(
            "\"url\":\"https://b.example/y?t=1\"",
            "\"size\":12345678901234",
            "\"labels\":{\"a\":\"3\",\"b\":\"2\"}",
            "\"priority\":9",
            "\"headers\":{\"Accept\":\"video/mp4\"}")
        .doesNotContain("deadline");
  }

  @Test
  void make_a_list_of_mirrors() {
    assertThat(
            edited(
                "{\"url\":\"https://a.example/x\"}",
                Map.of("mirrors", "https://b.example/x,https://c.example/x")))
        .contains("\"mirrors\":[\"https://b.example/x\",\"https://c.example/x\"]");
  }

  @Test
  void are_told_without_secrets() {
    assertThat(
            new JobEdits(
                    Map.of(
                        "url", "https://b.example/y?token=1",
                        "headers.X-Api-Key", "secret",
                        "priority", "9"))
                .words())
        .isEqualTo("headers.X-Api-Key=… priority=9 url=https://b.example/y?…");
  }

  @Test
  void are_refused_when_no_valid_job_comes_out() {
    assertThatThrownBy(() -> edited("{\"url\":\"https://a.example/x\"}", Map.of("priority", "10")))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining("priority");
    assertThatThrownBy(() -> edited("{\"url\":\"https://a.example/x\"}", Map.of("urk", "x")))
        .hasMessageContaining("urk");
    assertThatThrownBy(() -> edited("{bad", Map.of("priority", "1")))
        .hasMessage("value must be JSON to be edited");
    assertThatThrownBy(() -> edited("[]", Map.of("priority", "1")))
        .hasMessage("value must be a JSON object to be edited");
  }
}
