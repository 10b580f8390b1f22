package dev.haul.cli;

import dev.haul.zoom.testing.DoublePlan;
import dev.haul.zoom.testing.ZoomDouble;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A Zoom to try things with. */
@Command(
    name = "zoom-double",
    description = {
      "Runs a double of Zoom's API on this machine, with an account that is made up.",
      "Prints the settings that lead to it; /double/report counts what it was asked."
    })
final class ZoomDoubleCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(names = "--port", paramLabel = "PORT", description = "Default: ${DEFAULT-VALUE}")
  int port = 8099;

  @Option(names = "--users", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  int users = 5;

  @Option(names = "--meetings", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  int meetings = 50;

  @Option(names = "--files", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  int files = 160;

  @Option(
      names = "--from",
      paramLabel = "DATE",
      description = "The first day with a meeting. Default: ${DEFAULT-VALUE}")
  LocalDate from = LocalDate.of(2025, 9, 15);

  @Option(names = "--months", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  int months = 14;

  @Option(names = "--seed", paramLabel = "N", description = "Makes another account.")
  long seed = 1;

  @Option(names = "--faults", description = "Show the faults that the real one shows.")
  boolean faults;

  @Option(names = "--light-per-second", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  int light = 30;

  @Option(
      names = "--medium-per-second",
      paramLabel = "N",
      description = "Default: ${DEFAULT-VALUE}")
  int medium = 20;

  @Option(names = "--token-lifetime", paramLabel = "SECONDS", description = "Default: an hour.")
  long tokenSeconds = 3600;

  @Override
  public Integer call() {
    var plan =
        new DoublePlan(
            users,
            meetings,
            files,
            from,
            months,
            seed,
            faults,
            light,
            medium,
            Duration.ofSeconds(tokenSeconds));
    StopSignal stop = StopSignal.install();
    try (ZoomDouble zoom = ZoomDouble.start(plan, port, InstantSource.system())) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(settings(zoom));
      out.flush();
      return stop.await();
    }
  }

  /** As YAML, to be put into a file. */
  private static String settings(ZoomDouble zoom) {
    return """
    # A double of Zoom runs until Ctrl-C. These settings lead to it; its secret is %s
    zoom:
      account-id: %s
      client-id: %s
      client-secret-env: ZOOM_CLIENT_SECRET
      api-url: %s/v2
      oauth-url: %s/oauth/token
    credentials:
      zoom:
        kind: zoom
        origins: [%s]
        content-types: [video/*, audio/*, text/plain, text/vtt, text/csv, application/*]
    fetch:
      allow-networks: [127.0.0.1]
      allow-ports: [%s]
    """
        .formatted(
            DoublePlan.CLIENT_SECRET,
            DoublePlan.ACCOUNT_ID,
            DoublePlan.CLIENT_ID,
            zoom.url(),
            zoom.url(),
            String.join(", ", quoted(zoom)),
            zoom.ports().stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }

  private static List<String> quoted(ZoomDouble zoom) {
    return zoom.origins().stream().map(origin -> "\"" + origin + "\"").toList();
  }
}
