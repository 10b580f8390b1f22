package dev.haul.cli;

import dev.haul.Worker;
import dev.haul.config.Settings;
import dev.haul.kafka.EmbeddedKafka;
import dev.haul.kafka.KafkaProbe;
import dev.haul.kafka.StartCheck;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The worker. */
@Command(
    name = "worker",
    description = "Takes jobs from Kafka, downloads their files and tells how they ended.",
    footer = {
      "",
      "SIGTERM and Ctrl-C stop it: running jobs get shutdown.grace, what is unfinished goes back.",
      "A second signal ends it at once."
    })
final class WorkerCommand implements Callable<Integer> {
  private static final Duration PROBE = Duration.ofSeconds(5);

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin WorkerOptions options = new WorkerOptions();

  @Override
  public Integer call() throws Exception {
    Settings settings = options.load();
    Logging.name(settings.worker().id());
    StartCheck.checkProperties(settings.kafka());
    StopSignal stop = StopSignal.install();
    if (!settings.embeddedKafka().enabled()) {
      return run(settings, stop);
    }
    try (EmbeddedKafka broker = Broker.startWithTopics(settings)) {
      var flags = new HashMap<>(options.flags());
      flags.put("kafka.bootstrap-servers", broker.bootstrapServers());
      return run(options.load(flags), stop);
    }
  }

  private int run(Settings settings, StopSignal stop) throws Exception {
    try (Worker worker = Worker.open(settings)) {
      OptionalInt stopped = waitForKafka(settings, stop);
      if (stopped.isPresent()) {
        return stopped.getAsInt();
      }
      if (!isSafe(settings)) {
        return ExitCode.USAGE;
      }
      worker.takeJobs();
      if (!Logging.isJson()) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(greeting(settings));
        out.flush();
      }
      return stop.await();
    }
  }

  /** Says what is wrong with the topics, a line each; false when that must not be worked with. */
  private boolean isSafe(Settings settings) {
    boolean safe = true;
    PrintWriter err = spec.commandLine().getErr();
    for (StartCheck.Finding finding :
        StartCheck.ask(settings.kafka(), settings.topics(), settings.retry().inProcess())) {
      switch (finding) {
        case StartCheck.Finding.Refusal(String message) -> {
          Logging.warn(err, message);
          safe = false;
        }
        case StartCheck.Finding.Warning(String message) -> Logging.warn(err, "warning: " + message);
      }
    }
    return safe;
  }

  /** Goes on once Kafka is ready; a signal that comes before brings its exit code. */
  private OptionalInt waitForKafka(Settings settings, StopSignal stop) {
    String told = "";
    while (true) {
      KafkaProbe.Answer answer = KafkaProbe.ask(settings.kafka(), settings.topics(), PROBE);
      if (answer instanceof KafkaProbe.Answer.Ready) {
        return OptionalInt.empty();
      }
      if (!answer.reason().equals(told)) {
        told = answer.reason();
        String advice =
            answer instanceof KafkaProbe.Answer.MissingTopics ? " (see haul topics --create)" : "";
        Logging.warn(
            spec.commandLine().getErr(),
            "%s%s; trying every %d s".formatted(told, advice, PROBE.toSeconds()));
      }
      OptionalInt stopped = stop.await(PROBE);
      if (stopped.isPresent()) {
        return stopped;
      }
    }
  }

  private static String greeting(Settings settings) {
    return "worker %s takes jobs of %s from Kafka at %s"
        .formatted(
            settings.worker().id(),
            String.join(", ", settings.topics().jobTopics()),
            settings.kafka().bootstrapServers());
  }
}
