package dev.haul.pipeline;

import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.JobId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds states back for a moment, as a newer one often overtakes them: the states of a short job
 * are then never published at all. Belongs to one thread.
 */
final class HeldStates {
  private Map<JobId, StateChanged> fresh = new LinkedHashMap<>();
  private Map<JobId, StateChanged> ripe = new LinkedHashMap<>();

  void add(StateChanged state) {
    if (ripe.replace(state.jobId(), state) == null) {
      fresh.put(state.jobId(), state);
    }
  }

  /** The job has ended: its last state is overtaken. */
  void remove(JobId job) {
    ripe.remove(job);
    fresh.remove(job);
  }

  /** The states that have waited since the last call at least. */
  List<StateChanged> tick() {
    List<StateChanged> due = List.copyOf(ripe.values());
    ripe = fresh;
    fresh = new LinkedHashMap<>();
    return due;
  }
}
