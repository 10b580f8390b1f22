package dev.haul.pipeline;

import dev.haul.job.JobEvent;
import dev.haul.job.Partition;
import dev.haul.policy.Commit;
import java.util.List;
import java.util.Map;

/**
 * What becomes true in Kafka in one step.
 *
 * @param states of jobs that go on
 * @param settlements of those that do not
 * @param commits of every partition that something here belongs to; never empty
 * @param membership as of the moment in which these partitions were known to be ours
 */
public record Batch(
    List<JobEvent.StateChanged> states,
    List<Settlement> settlements,
    Map<Partition, Commit> commits,
    Membership membership) {
  public Batch {
    states = List.copyOf(states);
    settlements = List.copyOf(settlements);
    commits = Map.copyOf(commits);
  }
}
