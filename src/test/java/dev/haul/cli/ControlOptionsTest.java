package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlOptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cancel | name jobs, --host, --worker or --all",
        "resume --json | name jobs, --host, --worker or --all",
        "cancel a/b | id must be 1 to 128 characters",
        "pause --host a.example:80 | host must be a host name or address, without scheme",
        "pause --worker a/b | worker must be 1 to 128 characters",
      })
  void wrong_usage_ends_with_2_and_says_why(String line, String message) {
    var err = new StringWriter();
    int code = Haul.commandLine().setErr(new PrintWriter(err, true)).execute(line.split(" ", -1));
    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(message);
  }
}
