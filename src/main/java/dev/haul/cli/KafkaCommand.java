package dev.haul.cli;

import dev.haul.config.Settings;
import dev.haul.kafka.EmbeddedKafka;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The embedded broker as a process of its own. */
@Command(
    name = "kafka",
    description = "Runs a Kafka broker for development, on 127.0.0.1, until it is told to stop.",
    footer = {
      "",
      "Prints the address of the broker when it takes requests.",
      "",
      "A cluster of three, each a process of its own with its own port and data:",
      "  haul kafka --node 1 --quorum 127.0.0.1:19191,127.0.0.1:19192,127.0.0.1:19193"
    })
final class KafkaCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "0 for any free one (embedded-kafka.port).")
  @Nullable Integer port;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Holds all that the broker knows (embedded-kafka.data).")
  @Nullable Path data;

  @Option(
      names = "--node",
      paramLabel = "N",
      description = "Which node of the quorum this is, from 1 (embedded-kafka.node).")
  @Nullable Integer node;

  @Option(
      names = "--quorum",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Where the controllers of all nodes listen (embedded-kafka.quorum).")
  @Nullable List<String> quorum;

  @Option(names = "--topics", description = "Create the topics of Haul too.")
  boolean topics;

  @Override
  public Integer call() throws IOException {
    Logging.quiet();
    Map<String, String> flags = new LinkedHashMap<>(options.flags());
    SettingsOptions.put(flags, "embedded-kafka.port", port);
    SettingsOptions.put(flags, "embedded-kafka.data", data);
    SettingsOptions.put(flags, "embedded-kafka.node", node);
    SettingsOptions.put(
        flags, "embedded-kafka.quorum", quorum == null ? null : String.join(",", quorum));
    Settings settings = options.load(flags);
    StopSignal stop = StopSignal.install();
    PrintWriter out = spec.commandLine().getOut();
    try (EmbeddedKafka broker =
        topics ? Broker.startWithTopics(settings) : Broker.start(settings.embeddedKafka())) {
      out.println(broker.bootstrapServers());
      out.flush();
      return stop.await();
    }
  }
}
