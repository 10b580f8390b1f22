package dev.haul.cli;

import dev.haul.job.DownloadJob;
import dev.haul.kafka.JobWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows recordings. */
@Command(
    name = "list",
    description = {
      "Lists the cloud recordings of an account or of users.",
      "Prints size and target of each file, and then how many and how large they are."
    })
final class ZoomListCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();
  @Mixin ZoomSelectionOptions selection = new ZoomSelectionOptions();
  @Mixin ZoomJobOptions jobOptions = new ZoomJobOptions();

  @Option(names = "--json", description = "Print the jobs that submit would send.")
  boolean json;

  @Override
  public Integer call() {
    Logging.quiet();
    ZoomFound found = ZoomFound.in(options.load().zoom(), selection.selection(), jobOptions.jobs());
    PrintWriter out = spec.commandLine().getOut();
    for (DownloadJob job : found.plan().jobs()) {
      out.println(
          json
              ? new String(JobWriter.write(job), StandardCharsets.UTF_8)
              : "%10s  %s"
                  .formatted(
                      job.size().isPresent() ? Quantities.bytes(job.size().getAsLong()) : "?",
                      job.target()));
    }
    out.flush();
    found.describe(spec.commandLine().getErr());
    return found.isWhole() ? ExitCode.OK : ExitCode.FAILED;
  }
}
