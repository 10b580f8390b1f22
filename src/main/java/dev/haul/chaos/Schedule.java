package dev.haul.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The faults of a run in their order. Equal seeds and plans have equal schedules. */
record Schedule(List<Step> steps) {
  /** A worker is forgotten by its group after 10 s; a frozen one wakes up later than that. */
  private static final Duration FORGOTTEN = Duration.ofSeconds(12);

  Schedule {
    steps = List.copyOf(steps);
  }

  static Schedule of(ChaosPlan plan) {
    RandomGenerator random = Seeds.random(plan.seed(), "schedule");
    List<Fault> faults = new ArrayList<>();
    plan.faults()
        .forEach((fault, times) -> {
          for (int i = 0; i < times; i++) {
            faults.add(fault);
          }
        });
    shuffle(faults, random);
    List<Step> steps = new ArrayList<>();
    for (Fault fault : faults) {
      Duration pause =
          between(random, plan.pace().dividedBy(2), plan.pace().multipliedBy(3).dividedBy(2));
      steps.add(new Step(pause, fault, random.nextInt(1 << 16), lasting(fault, random)));
    }
    return new Schedule(steps);
  }

  private static Duration lasting(Fault fault, RandomGenerator random) {
    return switch (fault) {
      case KILL_WORKER, STOP_WORKER -> between(random, Duration.ZERO, Duration.ofSeconds(3));
      case FREEZE_WORKER -> between(random, FORGOTTEN, FORGOTTEN.plusSeconds(6));
      case STORM -> between(random, Duration.ofSeconds(4), Duration.ofSeconds(9));
      case KILL_BROKER, STOP_BROKER ->
          between(random, Duration.ofMillis(500), Duration.ofSeconds(6));
      case FILL_DISK -> between(random, Duration.ofSeconds(3), Duration.ofSeconds(6));
    };
  }

  private static Duration between(RandomGenerator random, Duration least, Duration most) {
    return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
  }

  /** Fisher and Yates. */
  private static void shuffle(List<Fault> faults, RandomGenerator random) {
    for (int i = faults.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      Fault moved = faults.get(i);
      faults.set(i, faults.get(other));
      faults.set(other, moved);
    }
  }
}
