package dev.haul.cli;

import dev.haul.config.Settings;
import dev.haul.zoom.Move;
import dev.haul.zoom.MoveReport;
import dev.haul.zoom.MoveReport.Standing;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes away from Zoom what is stored. */
@Command(
    name = "move",
    description = {
      "Takes recordings away from Zoom once all files of their meeting are proved to be stored.",
      "Asks Zoom which files a meeting has and how large they are, reads each back from the store and"
          + " compares size and digest, writes a signed receipt, and only then does what"
          + " zoom.move.after-store says; by default nothing. Where anything differs it reports that"
          + " and takes nothing away."
    })
final class ZoomMoveCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--once",
      description = "Deal with what is there and end: with 1 when a meeting differs.")
  boolean once;

  @Option(names = "--dry-run", description = "Say what would be moved; take nothing away.")
  boolean dryRun;

  @Override
  public Integer call() {
    Settings settings = options.load();
    StopSignal stop = StopSignal.install();
    try (ZoomAccount account = ZoomAccount.open(settings.zoom());
        var parts = new ZoomMoveParts(settings, !dryRun)) {
      var move =
          new Move(
              settings.zoom().move(), account.api(), parts, parts, dryRun, InstantSource.system());
      move.begin();
      List<String> told = List.of();
      while (true) {
        move.round(() -> stop.await(Duration.ZERO).isPresent());
        List<String> lines = lines(move);
        if (once || !lines.equals(told)) {
          print(lines);
          told = lines;
        }
        OptionalInt stopped = stop.await(once ? Duration.ZERO : settings.zoom().move().interval());
        if (stopped.isPresent()) {
          return stopped.getAsInt();
        }
        if (once) {
          return isWell(move.report()) ? ExitCode.OK : ExitCode.FAILED;
        }
      }
    }
  }

  private static boolean isWell(MoveReport report) {
    return report.count(Standing.DIFFERS)
            + report.count(Standing.GONE)
            + report.count(Standing.UNKNOWN)
        == 0;
  }

  private static List<String> lines(Move move) {
    MoveReport report = move.report();
    List<String> lines = new ArrayList<>();
    lines.add(
        "meetings: %d moved, %d proved%s, %d in the grace period, %d wait, %d differ, %d gone, %d unknown"
            .formatted(
                report.count(Standing.MOVED),
                report.count(Standing.PROVED),
                move.removes() ? "" : " (nothing is taken away)",
                report.count(Standing.RESTS),
                report.count(Standing.WAITS),
                report.count(Standing.DIFFERS),
                report.count(Standing.GONE),
                report.count(Standing.UNKNOWN)));
    for (Standing standing :
        List.of(Standing.DIFFERS, Standing.WAITS, Standing.GONE, Standing.UNKNOWN)) {
      report
          .lines(standing)
          .forEach(line -> lines.add(standing.name().toLowerCase(Locale.ROOT) + ": " + line));
    }
    return lines;
  }

  private void print(List<String> lines) {
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    out.flush();
  }
}
