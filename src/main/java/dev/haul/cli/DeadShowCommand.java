package dev.haul.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.config.Settings;
import dev.haul.job.JobId;
import dev.haul.kafka.DeadLetters;
import dev.haul.kafka.Letter;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows all that a dead letter says. */
@Command(
    name = "show",
    description =
        "Shows all dead letters of a job, also resolved ones, with its attempts and record.",
    footer = {"", "Ends with 1 when there is none."})
final class DeadShowCommand implements Callable<Integer> {
  /** JSON may write each slash as {@code \\/}. */
  private static final Pattern QUERY =
      Pattern.compile("(https?:[^?\"\\s]*)\\?[^\"\\s]*", Pattern.CASE_INSENSITIVE);

  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f&&[^\\n\\t]]");

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "ID", description = "The job's id.")
  String id = "";

  @Option(names = "--reveal", description = "Show the queries of URLs too, which may hold secrets.")
  boolean reveal;

  @Option(names = "--json", description = "Print a JSON object for each letter.")
  boolean json;

  @Override
  public Integer call() {
    Logging.quiet();
    var job = new JobId(id);
    Settings settings = options.load();
    List<Letter> letters =
        DeadLetters.read(settings.kafka(), settings.topics()).stream()
            .filter(letter -> letter.jobId().equals(job))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    for (Letter letter : letters) {
      if (json) {
        ObjectNode object = LetterJson.json(letter);
        object.put("record", record(value(letter), reveal));
        out.println(object);
      } else {
        show(letter, out);
      }
    }
    out.flush();
    if (letters.isEmpty()) {
      spec.commandLine().getErr().println("haul: there is no dead letter of " + id);
      spec.commandLine().getErr().flush();
    }
    return letters.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
  }

  private void show(Letter letter, PrintWriter out) {
    out.println(letter.jobId().value() + ", failed at " + letter.diedAt());
    out.println("  error     " + letter.code() + ": " + letter.message());
    out.println("  attempts  " + letter.attempts());
    out.println("  record    " + letter.origin());
    out.println("  letter    " + letter.record().position());
    if (letter.redrives() > 0) {
      out.println("  redriven  " + letter.redrives() + " times before");
    }
    Letter.Resolution resolution = letter.resolution();
    out.println(
        "  state     "
            + (resolution == null
                ? "open"
                : resolution.word() + " at " + resolution.at() + " by " + resolution.by()));
    for (JsonNode attempt : LetterJson.history(letter.record())) {
      out.println("  " + attempt.path("startedAt").asText() + "  " + AttemptWords.of(attempt));
    }
    out.println("  " + text(value(letter), reveal));
  }

  private static String value(Letter letter) {
    byte[] value = letter.record().value();
    return value == null ? "" : new String(value, UTF_8);
  }

  /** A record, which anybody may have written, with nothing in it that a terminal would obey. */
  static String text(String record, boolean reveal) {
    return CONTROL
        .matcher(record(record, reveal))
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }

  private static String record(String record, boolean reveal) {
    return reveal ? record : QUERY.matcher(record).replaceAll("$1?…");
  }
}
