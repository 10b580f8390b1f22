package dev.haul.kafka;

import dev.haul.job.ControlCommand;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.pipeline.SourceRecord;
import dev.haul.policy.Commit;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All records about a job, each list in the order of their time.
 *
 * @param jobs those that asked for it
 * @param waits those in which it waits, or has waited, in a retry topic
 * @param states as many as compaction has left
 * @param progress the last one at most
 * @param ends its terminal events
 * @param letters its dead letters
 * @param commands that stand, for whatever jobs
 * @param commits of the group, for the partitions of jobs
 * @param owners of the partitions, by worker; empty when no worker runs
 * @param isWhole whether all topics were read to their ends, within the time that was given
 */
public record JobTrail(
    JobId id,
    List<SourceRecord> jobs,
    List<SourceRecord> waits,
    List<SourceRecord> states,
    List<SourceRecord> progress,
    List<SourceRecord> ends,
    List<Letter> letters,
    List<ControlCommand> commands,
    Map<Partition, Commit> commits,
    Map<String, Set<Partition>> owners,
    boolean isWhole) {

  public JobTrail {
    jobs = List.copyOf(jobs);
    waits = List.copyOf(waits);
    states = List.copyOf(states);
    progress = List.copyOf(progress);
    ends = List.copyOf(ends);
    letters = List.copyOf(letters);
    commands = List.copyOf(commands);
    commits = Map.copyOf(commits);
    owners = Map.copyOf(owners);
  }

  /** Whether nothing is known of the job. */
  public boolean isEmpty() {
    return jobs.isEmpty()
        && waits.isEmpty()
        && states.isEmpty()
        && ends.isEmpty()
        && letters.isEmpty();
  }
}
