package dev.haul.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.config.Settings;
import dev.haul.job.DownloadJob;
import dev.haul.job.Outcome;
import dev.haul.kafka.EventFollower;
import dev.haul.kafka.JobNews;
import dev.haul.kafka.JobPublisher;
import dev.haul.kafka.JobPublisher.Published;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Publishes jobs. */
@Command(
    name = "submit",
    description = {
      "Publishes jobs, all or none: every line is checked before the first is sent.",
      "Prints the ids. A job that has none gets one made from its URL, store and target,"
          + " the same each time."
    },
    footer = {
      "",
      "A list holds URLs, or JSON objects as in the job topic, one a line; or it is CSV with a",
      "header that names fields of a job, labels.NAME and headers.NAME. Options about jobs fill in",
      "what the list leaves out. Metalink 4 (.meta4) brings mirrors and digests along.",
      "  haul submit https://example.org/a.iso --size 73400320",
      "  haul submit --file jobs.csv --target-prefix 2026/11 --wait",
      "  jq -c '.files[] | {url, size}' list.json | haul submit -"
    })
final class SubmitCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();
  @Mixin JobSources sources = new JobSources();
  @Mixin JobOptions jobOptions = new JobOptions();

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "The job topic. Default: the first of topics.jobs.")
  @Nullable String topic;

  @Option(names = "--dry-run", description = "Check the jobs and print their ids, send nothing.")
  boolean dryRun;

  @Option(names = "--wait", description = "Follow the jobs; end with 1 unless all complete.")
  boolean wait;

  @Option(names = "--json", description = "Print a JSON object a line instead of ids.")
  boolean json;

  @Override
  public Integer call() {
    Logging.quiet();
    Settings settings = options.load();
    Submission submission = Submission.of(sources.lines(System.in), jobOptions);
    if (submission.repeated() > 0) {
      spec.commandLine().getErr().printf("left out: %d repeated%n", submission.repeated());
    }
    List<DownloadJob> jobs = submission.jobs();
    if (dryRun) {
      jobs.forEach(job -> print(job.id().value(), null));
      return ExitCode.OK;
    }
    if (!wait) {
      publish(settings, jobs);
      return ExitCode.OK;
    }
    // It follows before it publishes, so that it misses nothing.
    try (EventFollower follower = EventFollower.fromNow(settings.kafka(), settings.topics())) {
      publish(settings, jobs);
      return follow(follower::poll, jobs);
    }
  }

  private void publish(Settings settings, List<DownloadJob> jobs) {
    String name = topic == null ? settings.topics().jobs().getFirst().topic() : topic;
    try (var publisher = new JobPublisher(settings.kafka(), name)) {
      Publication.of(publisher, jobs, published -> print(published.id().value(), published));
    }
  }

  private void print(String id, @Nullable Published published) {
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.println(id);
    } else {
      ObjectNode line = JsonNodeFactory.instance.objectNode().put("id", id);
      if (published != null) {
        line.put("topic", published.position().partition().topic());
        line.put("partition", published.position().partition().number());
        line.put("offset", published.position().offset());
      }
      out.println(line);
    }
    out.flush();
  }

  private int follow(JobFeed feed, List<DownloadJob> jobs) {
    var board = new Board(false);
    jobs.forEach(job -> board.expect(job.id(), job.target().path()));
    var unfinished = new ArrayList<JobNews.Ended>();
    try (View view = Terminal.standardError().view(board, InstantSource.system())) {
      new Following(feed, board, view)
          .until(
              board::allEnded,
              end -> {
                if (end.outcome() != Outcome.COMPLETED) {
                  unfinished.add(end);
                }
              });
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf("%d of %d completed%n", board.ended(Outcome.COMPLETED), board.jobs());
    unfinished.forEach(
        end -> err.printf("%s: %s: %s%n", end.jobId(), end.errorCode(), end.errorMessage()));
    err.flush();
    return unfinished.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }
}
