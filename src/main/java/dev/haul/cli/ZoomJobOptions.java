package dev.haul.cli;

import dev.haul.job.DownloadJob;
import dev.haul.zoom.RecordingJobs;
import dev.haul.zoom.TargetTemplate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the jobs of recordings are like. */
final class ZoomJobOptions {
  @Option(
      names = "--template",
      paramLabel = "PATH",
      defaultValue = TargetTemplate.DEFAULT,
      description = {
        "Where files go in the store. Default: ${DEFAULT-VALUE}",
        "Names: "
            + TargetTemplate.VARIABLES
            + "; times are UTC. Without {id} and {hash}, {hash} is"
            + " put before the extension."
      })
  String template = TargetTemplate.DEFAULT;

  @Option(
      names = "--credentials",
      paramLabel = "NAME",
      defaultValue = "zoom",
      description = "The workers' credentials for the downloads. Default: ${DEFAULT-VALUE}")
  String credentials = "zoom";

  @Option(names = "--store", paramLabel = "NAME", description = "A store of the workers.")
  String store = DownloadJob.DEFAULT_STORE;

  @Option(names = "--tenant", paramLabel = "NAME", description = "For whom the jobs are.")
  @Nullable String tenant;

  @Option(names = "--priority", paramLabel = "0-9", description = "9 goes first.")
  int priority = DownloadJob.DEFAULT_PRIORITY;

  RecordingJobs jobs() {
    return new RecordingJobs(TargetTemplate.parse(template), store, credentials, tenant, priority);
  }
}
