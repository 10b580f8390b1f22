package dev.haul.cli;

import dev.haul.config.Settings;
import dev.haul.kafka.JobPublisher;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Publishes jobs for recordings. */
@Command(
    name = "submit",
    description = {
      "Publishes a job for each file of the recordings.",
      "Says how many and how large they are, then sends them and prints their ids. A file has the"
          + " same id and target each time: what is stored already is not fetched again."
    })
final class ZoomSubmitCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();
  @Mixin ZoomSelectionOptions selection = new ZoomSelectionOptions();
  @Mixin ZoomJobOptions jobOptions = new ZoomJobOptions();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "The job topic. Default: the first of topics.jobs.")
  @Nullable String topic;

  @Option(names = "--dry-run", description = "Print the ids, send nothing.")
  boolean dryRun;

  @Override
  public Integer call() {
    Logging.quiet();
    Settings settings = options.load();
    ZoomFound found = ZoomFound.in(settings.zoom(), selection.selection(), jobOptions.jobs());
    found.describe(spec.commandLine().getErr());
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      found.plan().jobs().forEach(job -> out.println(job.id()));
    } else if (!found.plan().jobs().isEmpty()) {
      String name = topic == null ? settings.topics().jobs().getFirst().topic() : topic;
      try (var publisher = new JobPublisher(settings.kafka(), name)) {
        Publication.of(publisher, found.plan().jobs(), sent -> out.println(sent.id()));
      }
    }
    out.flush();
    return found.isWhole() ? ExitCode.OK : ExitCode.FAILED;
  }
}
