package dev.haul.cli;

import static java.util.Comparator.comparing;

import dev.haul.config.Settings;
import dev.haul.job.JobId;
import dev.haul.job.Outcome;
import dev.haul.kafka.EventFollower;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what happens to jobs. */
@Command(
    name = "watch",
    description = {
      "Shows the progress of jobs: bars on a terminal, lines elsewhere.",
      "With ids it ends when all of them have; without, it goes on until Ctrl-C."
    })
final class WatchCommand implements Callable<Integer> {
  @Mixin SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "ID", arity = "0..*", description = "The jobs; all when there is none.")
  List<String> ids = List.of();

  @Option(names = "--json", description = "Print each event as a JSON object on a line.")
  boolean json;

  @Override
  public Integer call() {
    Logging.quiet();
    Settings settings = options.load();
    Set<JobId> wanted = new TreeSet<>(comparing(JobId::value));
    ids.forEach(id -> wanted.add(new JobId(id)));
    var board = new Board(wanted.isEmpty());
    wanted.forEach(id -> board.expect(id, id.value()));
    try (EventFollower follower = EventFollower.fromNow(settings.kafka(), settings.topics());
        View view = view(board)) {
      var following = new Following(follower::poll, board, view);
      if (wanted.isEmpty()) {
        following.until(() -> false, end -> {});
      }
      follower.ended(wanted).values().forEach(following::take);
      following.until(board::allEnded, end -> {});
    }
    return board.ended(Outcome.COMPLETED) == wanted.size() ? ExitCode.OK : ExitCode.FAILED;
  }

  private View view(Board board) {
    return json
        ? new NewsJson(System.out)
        : Terminal.standardOutput().view(board, InstantSource.system());
  }
}
