package dev.haul.cli;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.Partition;
import dev.haul.kafka.JobTrail;
import dev.haul.pipeline.SourceRecord;
import dev.haul.policy.Commit;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says in words what is before a job that has not begun. */
record QueuePlace(JobTrail trail, SourceRecord job) {

  /** Where it waits. */
  String words() {
    Commit commit = trail.commits().get(partition());
    long before = job.position().offset() - (commit == null ? 0 : commit.offset());
    return before > 0
        ? "it waits in %s, behind at most %d unfinished records".formatted(job.position(), before)
        : "it waits in %s, the first unfinished record there".formatted(job.position());
  }

  /** What will happen to it. */
  String next() {
    return command()
        .orElseGet(() ->
            owner()
                .map(worker -> "%s takes it when its turn comes".formatted(worker))
                .orElse(
                    "a worker takes it as soon as one runs: none has %s now"
                        .formatted(partition())));
  }

  /** What a command that stands will do to it. */
  Optional<String> command() {
    for (ControlCommand command : trail.commands()) {
      if (isAbout(command.scope())) {
        if (command.action() == Action.PAUSE) {
          return Optional.of(
              "it will be held, because %s is paused, until that is resumed"
                  .formatted(command.scope()));
        }
        if (!job.timestamp().isAfter(command.at())) {
          return Optional.of("it will be cancelled with " + command.scope());
        }
      }
    }
    return Optional.empty();
  }

  private Partition partition() {
    return job.position().partition();
  }

  private Optional<String> owner() {
    return trail.owners().entrySet().stream()
        .filter(owner -> owner.getValue().contains(partition()))
        .map(owner -> owner.getKey())
        .findFirst();
  }

  private boolean isAbout(ControlScope scope) {
    return switch (scope) {
      case ControlScope.Job(var id) -> id.equals(trail.id());
      case ControlScope.Host(String name) -> name.equals(host());
      case ControlScope.Worker _ -> false;
      case ControlScope.All() -> true;
    };
  }

  private @Nullable String host() {
    try {
      return URI.create(TrailText.json(job).path("url").asText()).getHost();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
