package dev.haul.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.haul.config.Settings;
import dev.haul.kafka.DeadLetters;
import dev.haul.kafka.Letter;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists dead letters. */
@Command(
    name = "list",
    description = "Lists the open dead letters, the oldest first.",
    footer = {"", "  haul dead list --code http-status --host files.example.com --newer-than 1d"})
final class DeadListCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();
  @Mixin LetterFilter filter = new LetterFilter();

  @Option(names = "--all", description = "Also those that were driven again or dropped.")
  boolean all;

  @Option(names = "--json", description = "Print a JSON array.")
  boolean json;

  private final InstantSource clock = InstantSource.system();

  @Override
  public Integer call() {
    Logging.quiet();
    Settings settings = options.load();
    Instant now = clock.instant();
    List<Letter> letters =
        filter.select(
            DeadLetters.read(settings.kafka(), settings.topics()).stream()
                .filter(letter -> all || letter.isOpen())
                .toList(),
            now);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      letters.forEach(letter -> array.add(LetterJson.json(letter)));
      out.println(array);
    } else if (letters.isEmpty()) {
      out.println("no dead letters");
    } else {
      Terminal terminal = Terminal.standardOutput();
      table(letters, now)
          .lines(terminal.interactive() ? terminal.width() : Integer.MAX_VALUE)
          .forEach(out::println);
    }
    out.flush();
    return ExitCode.OK;
  }

  static Table table(List<Letter> letters, Instant now) {
    List<List<String>> rows = new ArrayList<>();
    for (Letter letter : letters) {
      rows.add(
          List.of(
              age(Duration.between(letter.diedAt(), now)),
              letter.resolution() == null ? "open" : letter.resolution().word(),
              letter.code(),
              String.valueOf(letter.attempts()),
              letter.jobId().value(),
              letter.host() == null ? "-" : letter.host(),
              letter.message()));
    }
    return new Table(List.of(">AGE", "STATE", "CODE", ">ATTEMPTS", "JOB", "HOST", "MESSAGE"), rows);
  }

  /** Days, hours, minutes or seconds, whichever is the first that is not 0. */
  static String age(Duration age) {
    if (age.isNegative()) {
      return "0 s";
    }
    if (age.toDays() > 0) {
      return age.toDays() + " d";
    }
    if (age.toHours() > 0) {
      return age.toHours() + " h";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + " min" : age.toSeconds() + " s";
  }
}
