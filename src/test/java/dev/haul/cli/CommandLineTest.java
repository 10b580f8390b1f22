package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Haul.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "worker", "demo", "submit", "watch", "cancel", "pause", "resume", "topics", "kafka",
        "origin", "chaos", "dead", "explain"
      })
  void every_command_explains_itself_and_its_exit_codes(String command) {
    assertThat(run(command, "--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("Usage: haul " + command, "Exit codes:", "3     Kafka cannot be reached");
    assertThat(run(command, "--version")).isEqualTo(ExitCode.OK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | a command is missing",
        "wroker | Unmatched argument at index 0: 'wroker'",
        "worker --port 1 | Unknown options: '--port', '1'",
        "worker --max-concurrent many | Invalid value for option '--max-concurrent'",
        "worker --set retry.max-attempts | should be in KEY=VALUE format",
        "submit --priority high https://example.org/a | Invalid value for option '--priority'",
        "submit --format xml - | Invalid value for option '--format'",
        "submit | there is no job in the input",
        "submit --file /nowhere/jobs.csv | /nowhere/jobs.csv: cannot be read (NoSuchFileException)",
        "submit --dry-run ftp://example.org/a?token=x | ftp://example.org/a: url must have the scheme",
        "watch no/id | id must be 1 to 128 characters",
        "topics --set retry.max-attempts=0 | retry.max-attempts",
        "topics --set retry.maximum=1 | retry.maximum",
        "chaos --brokers 2 | brokers must be 1 or at least 3",
        "chaos --fault earthquake=1 | --fault earthquake is unknown",
        "dead | say what: list, show, redrive or drop",
        "dead redrive | name jobs, a filter or --all",
        "dead drop --all --rate 0 | --rate must be from 1 to 1000000 but was 0",
        "dead redrive a --edit id=b | --edit id must not be given"
      })
  void wrong_usage_ends_with_2_and_says_why(String line, String message) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" ", -1)))
        .as(err.toString())
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void kafka_out_of_reach_ends_with_3_in_one_line() {
    int exitCode =
        run(
            "submit",
            "https://example.org/a",
            "--bootstrap-servers=localhost:1",
            "--set=kafka.properties.max.block.ms=500");
    assertThat(exitCode).as(err.toString()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("haul: Kafka cannot be reached at localhost:1: ");
  }

  @Test
  void zoom_out_of_reach_ends_with_1_in_one_line(@TempDir Path folder) throws IOException {
    int exitCode =
        run(
            "zoom",
            "list",
            "--from=2026-01-01",
            "--set=zoom.account-id=a",
            "--set=zoom.client-id=c",
            "--set=zoom.client-secret-file=" + Files.writeString(folder.resolve("s"), "secret"),
            "--set=zoom.oauth-url=http://127.0.0.1:1");
    assertThat(exitCode).as(err.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().lines()).singleElement().asString().startsWith("haul: a token: ");
  }

  @Test
  void a_dry_run_prints_the_ids_of_the_jobs() {
    assertThat(run("submit", "--dry-run", "https://example.org/a", "https://example.org/b"))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString().lines()).hasSize(2).allMatch(id -> id.matches("[0-9a-f]{24}"));
  }

  @Nested
  class Flags {
    @Command
    private static final class Options {
      @Mixin WorkerOptions worker = new WorkerOptions();
    }

    private static Map<String, String> flags(String... arguments) {
      var options = new Options();
      new CommandLine(options).parseArgs(arguments);
      return options.worker.flags();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "--bootstrap-servers=a:1,b:2 | kafka.bootstrap-servers | a:1,b:2",
          "--group-id=team | kafka.group-id | team",
          "--embedded-kafka | embedded-kafka.enabled | true",
          "--store=/data | stores.default.root | /data",
          "--max-concurrent=7 | dispatch.max-concurrent | 7",
          "--max-per-host=3 | dispatch.max-per-host | 3",
          "--allow-network=10.0.0.0/8,intra.example | fetch.allow-networks | 10.0.0.0/8,intra.example",
          "--allow-port=8080,8443 | fetch.allow-ports | 8080,8443",
          "--admin-port=0 | admin.port | 0",
          "--worker-id=w1 | worker.id | w1",
          "--set=retry.base-delay=2s | retry.base-delay | 2s",
          "--set=kafka.properties.sasl.jaas.config=a=b | kafka.properties.sasl.jaas.config | a=b"
        })
    void set_one_key_each(String flag, String key, String value) {
      assertThat(flags(flag)).isEqualTo(Map.of(key, value));
    }

    @Test
    void may_be_repeated_where_they_name_lists() {
      assertThat(flags("--allow-port=81", "--allow-port=82", "--set=a=1", "--set=b=2"))
          .isEqualTo(Map.of("fetch.allow-ports", "81,82", "a", "1", "b", "2"));
    }

    @Test
    void win_over_set() {
      assertThat(flags("--set=kafka.group-id=a", "--group-id=b"))
          .isEqualTo(Map.of("kafka.group-id", "b"));
    }
  }
}
