package dev.haul.cli;

import dev.haul.config.Settings;
import dev.haul.job.InvalidField;
import dev.haul.kafka.Letter;
import dev.haul.kafka.Redrive;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Publishes the jobs of dead letters again. */
@Command(
    name = "redrive",
    description = {
      "Publishes the jobs of open dead letters again, each one once: a job and the note that its",
      "letter is resolved are one transaction. The same command goes on where one was killed."
    },
    footer = {
      "",
      "Headers of the new record say when, by whom, from which letter, how often so far and with",
      "which edits. A job keeps its id; its attempts begin anew.",
      "  haul dead redrive --code http-status --host files.example.com --rate 50",
      "  haul dead redrive weekly --edit url=https://example.com/new.mp4 --edit maxAttempts=10"
    })
final class DeadRedriveCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin Resolving resolving = new Resolving();

  @Option(
      names = "--edit",
      paramLabel = "FIELD=VALUE",
      description = {
        "Change a field of the job, such as url, priority, maxAttempts or labels.team;",
        "an empty value takes it out. As often as you like."
      })
  Map<String, String> edits = new LinkedHashMap<>();

  @Option(
      names = "--to",
      paramLabel = "TOPIC",
      description = "One of the job topics. Default: where each record was published.")
  @Nullable String to;

  @Override
  public Integer call() {
    var changes = new JobEdits(edits);
    return resolving.run(
        true, (letter, settings) -> job(letter, settings, changes), spec.commandLine());
  }

  private Redrive.Job job(Letter letter, Settings settings, JobEdits changes) {
    String topic = to == null ? letter.origin().partition().topic() : to;
    if (!settings.topics().jobTopics().contains(topic)) {
      throw new InvalidField(
          to == null ? "its topic" : "--to", topic, "must be one of topics.jobs");
    }
    byte[] value = letter.record().value();
    return new Redrive.Job(
        topic, changes.isEmpty() ? value : changes.apply(value, letter.jobId()), changes.words());
  }
}
