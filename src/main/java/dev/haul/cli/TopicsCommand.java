package dev.haul.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.config.Settings;
import dev.haul.kafka.TopicReport;
import dev.haul.kafka.Topics;
import dev.haul.kafka.WantedTopic;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the topics beside what they should be, and makes those that are missing. */
@Command(
    name = "topics",
    description = "Shows, creates and checks the topics of Haul.",
    footer = {"", "Topics that are there are never changed."})
final class TopicsCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();

  @Option(names = "--create", description = "Create the topics that are missing.")
  boolean create;

  @Option(names = "--check", description = "End with 1 when something is wrong.")
  boolean check;

  @Option(names = "--json", description = "Print a JSON array.")
  boolean json;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Of each job topic: at most so many workers share its jobs. Default: ${DEFAULT-VALUE}.")
  int partitions = Broker.JOB_PARTITIONS;

  @Option(
      names = "--replication",
      paramLabel = "N",
      description = "Copies of each new partition. Default: what the brokers say.")
  @Nullable Short replication;

  @Override
  public Integer call() {
    Logging.quiet();
    Settings settings = options.load();
    List<WantedTopic> wanted = WantedTopic.all(settings.topics(), partitions);
    List<TopicReport> reports;
    try (var topics = new Topics(settings.kafka())) {
      if (create) {
        topics.create(wanted, Optional.ofNullable(replication));
      }
      reports = topics.check(wanted);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(reports));
    } else {
      table(reports).lines(Integer.MAX_VALUE).forEach(out::println);
    }
    out.flush();
    boolean allWell = reports.stream().allMatch(report -> report.problems().isEmpty());
    return check && !allWell ? ExitCode.FAILED : ExitCode.OK;
  }

  static Table table(List<TopicReport> reports) {
    var rows = new ArrayList<List<String>>();
    for (TopicReport report : reports) {
      rows.add(
          List.of(
              report.wanted().name(),
              String.valueOf(report.partitions()),
              String.valueOf(report.replication()),
              report.config().getOrDefault("cleanup.policy", "-"),
              retention(report.config().get("retention.ms")),
              verdict(report)));
    }
    return new Table(
        List.of("TOPIC", ">PARTITIONS", ">COPIES", "CLEANUP", "KEPT", "VERDICT"), rows);
  }

  private static String retention(@Nullable String millis) {
    if (millis == null) {
      return "-";
    }
    long hours = Long.parseLong(millis) / 3_600_000;
    return hours < 0 ? "forever" : hours % 24 == 0 ? hours / 24 + " d" : hours + " h";
  }

  private static String verdict(TopicReport report) {
    List<String> problems = report.problems().stream().map(TopicReport.Problem::message).toList();
    return problems.isEmpty() ? "ok" : String.join("; ", problems);
  }

  static ArrayNode json(List<TopicReport> reports) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (TopicReport report : reports) {
      ObjectNode topic = array.addObject();
      topic.put("topic", report.wanted().name());
      topic.put("partitions", report.partitions());
      topic.put("replication", report.replication());
      ObjectNode config = topic.putObject("config");
      report.config().forEach(config::put);
      ArrayNode problems = topic.putArray("problems");
      report.problems().forEach(problem -> problems.add(problem.message()));
    }
    return array;
  }
}
