package dev.haul.cli;

import dev.haul.Worker;
import dev.haul.config.Settings;
import dev.haul.kafka.EmbeddedKafka;
import dev.haul.kafka.EmbeddedKafkaSettings;
import dev.haul.kafka.EventFollower;
import dev.haul.kafka.JobPublisher;
import dev.haul.origin.Origin;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything at once on this machine: a broker, a worker, an origin and jobs for it. */
@Command(
    name = "demo",
    description = {
      "Shows Haul at work on this machine, in about ten seconds and with nothing else installed:",
      "a Kafka broker, a worker, and a small HTTP origin whose files are downloaded through Kafka.",
      "One file is slow, one fails twice, one is missing, and one comes from a mirror."
    })
final class DemoCommand implements Callable<Integer> {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--folder",
      paramLabel = "FOLDER",
      description = "Where the files stay. Default: ${DEFAULT-VALUE}.")
  Path folder = Path.of("haul-data", "demo");

  @Option(names = "--quick", description = "Leave out the large files and the slow one.")
  boolean quick;

  private final InstantSource clock = InstantSource.system();

  @Override
  public Integer call() throws Exception {
    Logging.quiet();
    PrintWriter out = spec.commandLine().getOut();
    Instant start = clock.instant();
    List<DemoFile> offered = DemoPlan.files(quick);
    Path files = folder.resolve("files").toAbsolutePath().normalize();
    out.println("Starting a Kafka broker, a worker and an HTTP origin on this machine ...");
    out.flush();
    DemoReport report;
    try (var scratch = Scratch.create();
        Origin origin = Origin.start(clock);
        EmbeddedKafka broker =
            Broker.start(new EmbeddedKafkaSettings(true, 0, scratch.folder().resolve("kafka")))) {
      int downPort = portWithoutListener();
      Settings settings = settings(broker, origin, downPort, files);
      Broker.createTopics(settings.kafka(), settings.topics(), (short) 1);
      try (var _ = Worker.start(settings)) {
        List<DemoPlan.Task> tasks = DemoPlan.tasks(offered, origin, downPort);
        out.printf(
            "Sending %d jobs through Kafka at %s%n", tasks.size(), broker.bootstrapServers());
        out.flush();
        report = new DemoReport(tasks, files);
        run(settings, report);
      }
    }
    report.lines(Duration.between(start, clock.instant())).forEach(out::println);
    out.flush();
    return report.isAllWell() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** A port of the loopback address on which nobody listens. */
  private static int portWithoutListener() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Settings settings(EmbeddedKafka broker, Origin origin, int downPort, Path files) {
    Map<String, String> flags = new HashMap<>();
    flags.put("worker.id", "demo");
    flags.put("admin.port", "0");
    flags.putAll(options.flags());
    flags.put("kafka.bootstrap-servers", broker.bootstrapServers());
    flags.put("stores.default.root", files.toString());
    flags.put("fetch.allow-networks", "127.0.0.0/8");
    flags.put("fetch.allow-ports", origin.port() + "," + downPort);
    return options.load(flags);
  }

  private void run(Settings settings, DemoReport report) {
    Instant end = clock.instant().plus(LONGEST);
    var board = new Board(false);
    report.jobs().forEach(job -> board.expect(job.id(), job.target().path()));
    try (EventFollower follower = EventFollower.fromNow(settings.kafka(), settings.topics());
        View view = Terminal.standardOutput().view(board, clock)) {
      String topic = settings.topics().jobs().getFirst().topic();
      try (var publisher = new JobPublisher(settings.kafka(), topic)) {
        Publication.of(publisher, report.jobs(), published -> {});
      }
      new Following(follower::poll, board, view)
          .until(() -> board.allEnded() || clock.instant().isAfter(end), report::add);
    }
  }
}
