package dev.haul.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.config.Settings;
import dev.haul.job.DurationText;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.kafka.JobTrail;
import dev.haul.kafka.TrailReader;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells the story of one job. */
@Command(
    name = "explain",
    description = {
      "Says where a job is, what happened at each attempt and what will happen next, from the records",
      "that the topics keep of it."
    },
    footer = {
      "",
      "Ends with 1 when nothing is known of the job. A job whose record has another key than its id and",
      "that has not ended yet is looked for in all of the job topics, which takes longer."
    })
final class ExplainCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "ID", description = "The job's id.")
  String id = "";

  @Option(
      names = "--within",
      paramLabel = "TIME",
      description = "Longest time to read. Default: ${DEFAULT-VALUE}.")
  String within = "30s";

  @Option(names = "--json", description = "Print a JSON object.")
  boolean json;

  private final InstantSource clock = InstantSource.system();

  @Override
  public Integer call() {
    Logging.quiet();
    var job = new JobId(id);
    Duration longest = longest();
    Settings settings = options.load();
    JobTrail trail;
    try (var reader = new TrailReader(settings.kafka(), settings.topics(), longest)) {
      trail = reader.read(job);
    }
    Explanation explanation = Explanation.of(trail, clock.instant());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(trail, explanation));
    } else {
      out.println(id + " is " + explanation.state() + ": " + explanation.where());
      explanation.happened().forEach(line -> out.println("  " + line));
      out.println("next: " + explanation.next());
      if (!trail.isWhole()) {
        out.println("not all topics could be read within " + within);
      }
    }
    out.flush();
    return trail.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
  }

  private Duration longest() {
    try {
      return DurationText.parse(within);
    } catch (IllegalArgumentException e) {
      throw new InvalidField("--within", within, String.valueOf(e.getMessage()));
    }
  }

  private static ObjectNode json(JobTrail trail, Explanation explanation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("jobId", trail.id().value());
    json.put("state", explanation.state());
    json.put("where", explanation.where());
    ArrayNode happened = json.putArray("happened");
    explanation.happened().forEach(happened::add);
    json.put("next", explanation.next());
    ArrayNode records = json.putArray("records");
    trail.jobs().forEach(record -> records.add(record.position().toString()));
    return json.put("whole", trail.isWhole());
  }
}
