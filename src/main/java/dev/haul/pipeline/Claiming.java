package dev.haul.pipeline;

import dev.haul.job.Partition;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Has the stores claim partitions that have come, and holds back their jobs until the parts of
 * earlier owners are here and those owners can do no harm any more. Belongs to intake's context.
 */
final class Claiming {
  /** The jobs that wait for one claim; equal to itself alone. */
  private static final class Held {
    final List<JobRecord> jobs = new ArrayList<>();
  }

  private final Vertx vertx;
  private final Map<Partition, Held> held = new HashMap<>();

  Claiming(Vertx vertx) {
    this.vertx = vertx;
  }

  void assigned(Set<Partition> partitions, long generation) {
    if (partitions.isEmpty()) {
      return;
    }
    var begun = new HashMap<Partition, Held>();
    partitions.forEach(partition -> begun.put(partition, new Held()));
    held.putAll(begun);
    Bus.CLAIM
        .ask(vertx, new ClaimOrder(Set.copyOf(partitions), generation))
        .onComplete(_ -> begun.forEach(this::claimed));
  }

  private void claimed(Partition partition, Held claimed) {
    // One that went, and perhaps came back, meanwhile has another list or none.
    if (held.remove(partition, claimed) && !claimed.jobs.isEmpty()) {
      Bus.JOBS.send(vertx, List.copyOf(claimed.jobs));
    }
  }

  /** Holds a job back; false when it need not wait. */
  boolean holds(JobRecord job) {
    Held waiting = held.get(job.position().partition());
    return waiting != null && waiting.jobs.add(job);
  }

  /** Ends the claim of a partition; answers the jobs that nobody has heard of. */
  List<JobRecord> drop(Partition partition) {
    Held waiting = held.remove(partition);
    return waiting == null ? List.of() : waiting.jobs;
  }
}
