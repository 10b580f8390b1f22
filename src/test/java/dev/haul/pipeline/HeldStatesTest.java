package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Target;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class HeldStatesTest {
  private final HeldStates held = new HeldStates();

  @Test
  void a_state_is_told_after_a_whole_tick() {
    held.add(state("a", JobState.QUEUED));

    assertThat(held.tick()).isEmpty();
    assertThat(held.tick()).containsExactly(state("a", JobState.QUEUED));
    assertThat(held.tick()).isEmpty();
  }

  @Test
  void a_newer_state_takes_the_place_of_one_that_waits() {
    held.add(state("a", JobState.QUEUED));
    var _ = held.tick();
    held.add(state("a", JobState.RUNNING));

    assertThat(held.tick()).containsExactly(state("a", JobState.RUNNING));
  }

  @Test
  void the_end_of_a_job_overtakes_its_states() {
    held.add(state("a", JobState.QUEUED));
    var _ = held.tick();
    held.add(state("b", JobState.QUEUED));

    held.remove(new JobId("a"));
    held.remove(new JobId("b"));

    assertThat(held.tick()).isEmpty();
    assertThat(held.tick()).isEmpty();
  }

  private static StateChanged state(String id, JobState state) {
    return new StateChanged(
        new JobId(id),
        state,
        "origin.test",
        new Target(id),
        0,
        null,
        null,
        null,
        Instant.EPOCH,
        null);
  }
}
