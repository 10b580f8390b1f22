package dev.haul.cli;

import dev.haul.chaos.ChaosPlan;
import dev.haul.chaos.ChaosReport;
import dev.haul.chaos.ChaosRun;
import dev.haul.chaos.Fault;
import dev.haul.chaos.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Hurts a cluster of its own and checks what comes of it. */
@Command(
    name = "chaos",
    description = {
      "Starts brokers and workers on this machine, hurts them by a schedule that follows from a seed,",
      "and checks from the outside that every job ended once, with a whole file or a reason."
    },
    footer = {
      "",
      "Faults and how often they happen, such as --fault kill-worker=20:",
      "  kill-worker    SIGKILL; another takes its place",
      "  stop-worker    SIGTERM, and it must end by itself",
      "  freeze-worker  SIGSTOP until the group has forgotten it, then SIGCONT",
      "  storm          two more workers join and leave",
      "  kill-broker    SIGKILL; it starts again",
      "  stop-broker    SIGTERM; it starts again",
      "  fill-disk      a second store's disk is full; needs the right to mount",
      "The same seed and options give the same jobs and schedule. Ends with 1 when a promise was broken.",
      "Everything is on loopback and in one temporary folder, and gone afterwards."
    })
final class ChaosCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides on jobs and schedule. Default: another each time.")
  @Nullable Long seed;

  @Option(names = "--jobs", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  int jobs = 300;

  @Option(names = "--workers", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  int workers = 2;

  @Option(
      names = "--brokers",
      paramLabel = "N",
      description = "1, or at least 3 for three copies of everything. Default: ${DEFAULT-VALUE}.")
  int brokers = 1;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Of the job topic. Default: ${DEFAULT-VALUE}.")
  int partitions = Broker.JOB_PARTITIONS;

  @Option(
      names = "--pace",
      paramLabel = "SECONDS",
      description = "Mean time from one fault to the next. Default: ${DEFAULT-VALUE}.")
  double pace = 3;

  @Option(
      names = "--fault",
      paramLabel = "FAULT=TIMES",
      split = ",",
      description = "How often a fault happens; those not named: once each, or not when any is.")
  Map<String, Integer> faults = new LinkedHashMap<>();

  /** Where the files of the default store go. */
  enum Where {
    FILE,
    S3
  }

  @Option(
      names = "--store",
      paramLabel = "TYPE",
      description =
          "file or s3: a bucket of a server in this process, which breaks now and then."
              + " Default: file.")
  Where store = Where.FILE;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Also write the report, as Markdown, to this file.")
  @Nullable Path report;

  @Option(
      names = "--keep",
      description = "Keep the temporary folder, with the logs of all processes.")
  boolean keep;

  @Override
  public Integer call() throws IOException {
    Logging.quiet();
    ChaosPlan plan = plan();
    PrintWriter out = spec.commandLine().getOut();
    ChaosReport result;
    try (var scratch = Scratch.create(keep);
        var run =
            new ChaosRun(
                plan,
                Program.running(),
                scratch.folder(),
                store == Where.S3,
                InstantSource.system(),
                line -> {
                  out.println(line);
                  out.flush();
                })) {
      var onInterrupt = new Thread(run::close, "haul-chaos-end");
      Runtime.getRuntime().addShutdownHook(onInterrupt);
      out.println(command(plan));
      if (keep) {
        out.println("folder: " + scratch.folder());
      }
      out.flush();
      result = run.run();
      Runtime.getRuntime().removeShutdownHook(onInterrupt);
    }
    List<String> lines = result.markdown(command(plan));
    lines.forEach(out::println);
    out.flush();
    if (report != null) {
      Files.write(report, lines);
    }
    return result.isGood() ? ExitCode.OK : ExitCode.FAILED;
  }

  private ChaosPlan plan() {
    return new ChaosPlan(
        seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed,
        jobs,
        workers,
        brokers,
        partitions,
        faults(),
        Duration.ofMillis(Math.round(pace * 1000)));
  }

  private Map<Fault, Integer> faults() {
    Map<Fault, Integer> wanted = new LinkedHashMap<>();
    Map<String, Integer> named = new LinkedHashMap<>(faults);
    for (Fault fault : Fault.values()) {
      Integer times = named.remove(fault.wireName());
      wanted.put(fault, times != null ? times : faults.isEmpty() ? 1 : 0);
    }
    if (!named.isEmpty()) {
      throw new InvalidInput(
          "haul: --fault %s is unknown: see haul chaos --help"
              .formatted(named.keySet().iterator().next()));
    }
    return wanted;
  }

  /** The command that repeats the run. */
  private String command(ChaosPlan plan) {
    List<String> words = new ArrayList<>(List.of("haul chaos"));
    words.add("--seed " + plan.seed());
    words.add("--jobs " + plan.jobs());
    words.add("--workers " + plan.workers());
    words.add("--brokers " + plan.brokers());
    words.add("--partitions " + plan.partitions());
    if (store == Where.S3) {
      words.add("--store s3");
    }
    words.add("--pace " + plan.pace().toMillis() / 1000.0);
    plan.faults()
        .forEach((fault, times) -> words.add("--fault %s=%d".formatted(fault.wireName(), times)));
    return String.join(" ", words);
  }
}
