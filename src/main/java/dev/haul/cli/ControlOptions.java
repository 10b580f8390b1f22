package dev.haul.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.config.Settings;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.JobId;
import dev.haul.job.Position;
import dev.haul.kafka.ControlPublisher;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What {@code cancel}, {@code pause} and {@code resume} have in common: for what, and how. */
final class ControlOptions {
  @Mixin SettingsOptions settings = new SettingsOptions();

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Jobs, by their ids.")
  List<String> ids = List.of();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "All jobs whose URL has this host, without port.")
  List<String> hosts = List.of();

  @Option(
      names = "--worker",
      paramLabel = "ID",
      description = "All jobs that this worker has (worker.id).")
  List<String> workers = List.of();

  @Option(names = "--all", description = "All jobs.")
  boolean all;

  @Option(names = "--json", description = "Print a JSON object for each command.")
  boolean json;

  /** Sends the command for each of the scopes and prints what was sent. */
  int send(Action action, CommandLine line) {
    Logging.quiet();
    List<ControlScope> scopes = scopes();
    if (scopes.isEmpty()) {
      throw new ParameterException(line, "name jobs, --host, --worker or --all");
    }
    Settings loaded = settings.load();
    PrintWriter out = line.getOut();
    try (var publisher = new ControlPublisher(loaded.kafka(), loaded.topics())) {
      List<Position> places = publisher.publish(action, scopes);
      for (int i = 0; i < scopes.size(); i++) {
        out.println(
            json
                ? json(action, scopes.get(i), places.get(i))
                : action.wireName() + " " + scopes.get(i));
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  private List<ControlScope> scopes() {
    var scopes = new ArrayList<ControlScope>();
    ids.forEach(id -> scopes.add(new ControlScope.Job(new JobId(id))));
    hosts.forEach(host -> scopes.add(ControlScope.Host.parse(host)));
    workers.forEach(worker -> scopes.add(new ControlScope.Worker(worker)));
    if (all) {
      scopes.add(new ControlScope.All());
    }
    return scopes;
  }

  private static ObjectNode json(Action action, ControlScope scope, Position place) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("action", action.wireName());
    switch (scope) {
      case ControlScope.Job(JobId id) -> json.put("jobId", id.value());
      case ControlScope.Host(String name) -> json.put("host", name);
      case ControlScope.Worker(String id) -> json.put("worker", id);
      case ControlScope.All() -> json.put("all", true);
    }
    json.put("topic", place.partition().topic());
    json.put("partition", place.partition().number());
    return json.put("offset", place.offset());
  }
}
