package dev.haul.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static ChaosPlan plan(long seed) {
    return new ChaosPlan(
        seed,
        2_000,
        3,
        3,
        12,
        Map.of(Fault.KILL_WORKER, 20, Fault.KILL_BROKER, 5, Fault.FREEZE_WORKER, 3),
        Duration.ofSeconds(4));
  }

  @Test
  void one_seed_gives_one_schedule_and_one_set_of_jobs() {
    assertThat(Schedule.of(plan(7))).isEqualTo(Schedule.of(plan(7)));
    assertThat(Manifest.of(plan(7))).isEqualTo(Manifest.of(plan(7)));
    assertThat(Schedule.of(plan(7))).isNotEqualTo(Schedule.of(plan(8)));
    assertThat(Manifest.of(plan(7))).isNotEqualTo(Manifest.of(plan(8)));
  }

  @Test
  void every_fault_happens_as_often_as_planned() {
    Map<Fault, Integer> times = new EnumMap<>(Fault.class);
    Schedule.of(plan(1)).steps().forEach(step -> times.merge(step.fault(), 1, Integer::sum));
    assertThat(times)
        .isEqualTo(Map.of(Fault.KILL_WORKER, 20, Fault.KILL_BROKER, 5, Fault.FREEZE_WORKER, 3));
  }

  @Test
  void a_frozen_worker_wakes_after_its_group_has_forgotten_it() {
    assertThat(Schedule.of(plan(1)).steps())
        .filteredOn(step -> step.fault() == Fault.FREEZE_WORKER)
        .allMatch(step -> step.lasting().compareTo(Duration.ofSeconds(12)) >= 0);
  }

  @Test
  void jobs_of_all_kinds_are_published_and_a_repeated_one_repeats_an_earlier_one() {
    List<Cargo> jobs = Manifest.of(plan(1));
    assertThat(jobs).hasSize(2_000);
    assertThat(jobs).extracting(Cargo::kind).contains(CargoKind.values());
    var before = new HashSet<String>();
    for (Cargo cargo : jobs) {
      assertThat(before.add(cargo.id()))
          .as("%s", cargo)
          .isEqualTo(
              cargo.kind() != CargoKind.REPEATED || cargo.id().equals(Cargo.id(cargo.number())));
    }
  }

  @Test
  void a_plan_names_what_is_out_of_range() {
    assertThatThrownBy(() -> new ChaosPlan(1, 1, 1, 2, 1, Map.of(), Duration.ofSeconds(1)))
        .isInstanceOf(InvalidField.class)
        .hasMessage("brokers must be 1 or at least 3: two have no majority but was 2");
    assertThatThrownBy(
            () -> new ChaosPlan(1, 1, 1, 1, 1, Map.of(Fault.STORM, -1), Duration.ofSeconds(1)))
        .hasMessage("fault storm must be from 0 to 10000 but was -1");
  }
}
