package dev.haul.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.ControlCommand.Action;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlScopeTest {
  @ParameterizedTest
  @CsvSource({
    "files.example.com, files.example.com",
    "Files.Example.COM, files.example.com",
    "a_bucket.example, a_bucket.example",
    "bücher.example, xn--bcher-kva.example",
    "127.0.0.1, 127.0.0.1",
    "[2001:DB8::1], [2001:db8::1]",
  })
  void a_host_is_named_as_the_urls_of_jobs_name_it(String text, String name) {
    assertThat(ControlScope.Host.parse(text)).isEqualTo(new ControlScope.Host(name));
    assertThat(SourceUrl.parse("https://" + text + "/f").host()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "https://a.example",
        "a.example:80",
        "a.example:",
        "a.example/",
        "a.example?",
        "a.example#x",
        "user@a.example",
        "2001:db8::1",
        "*",
        "*.example",
        "a\u0000b",
        "a\nb"
      })
  void what_is_no_host_is_refused(String text) {
    assertThatThrownBy(() -> ControlScope.Host.parse(text))
        .isInstanceOf(InvalidField.class)
        .hasMessageStartingWith(
            "host must be a host name or address, without scheme, port or path");
  }

  @Test
  void a_worker_has_the_form_of_a_worker_id() {
    assertThatThrownBy(() -> new ControlScope.Worker("a b"))
        .hasMessage("worker must be 1 to 128 characters of A-Z a-z 0-9 . _ : - but was 'a b'");
  }

  @Test
  void keys_of_pauses_and_of_cancels_differ_except_for_a_job() {
    var job = new ControlScope.Job(new JobId("host:a"));
    var host = new ControlScope.Host("a");
    var worker = new ControlScope.Worker("a");
    assertThat(ControlCommand.key(Action.CANCEL, job)).isEqualTo("host:a");
    assertThat(ControlCommand.key(Action.PAUSE, job)).isEqualTo("host:a");
    assertThat(ControlCommand.key(Action.RESUME, host)).isEqualTo("host/a");
    assertThat(ControlCommand.key(Action.CANCEL, host)).isEqualTo("cancel/host/a");
    assertThat(ControlCommand.key(Action.PAUSE, worker)).isEqualTo("worker/a");
    assertThat(ControlCommand.key(Action.PAUSE, new ControlScope.All())).isEqualTo("*");
  }
}
