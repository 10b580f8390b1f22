package dev.haul.chaos;

import java.time.Duration;

/**
 * One entry of a schedule.
 *
 * @param pause from the step before it
 * @param choice picks the victim among those that are up, by its remainder
 * @param lasting from the fault to its mending
 */
record Step(Duration pause, Fault fault, int choice, Duration lasting) {
  /** The victim among so many. */
  int pick(int candidates) {
    return Math.floorMod(choice, candidates);
  }

  @Override
  public String toString() {
    return "+%d ms %s #%d for %d ms"
        .formatted(pause.toMillis(), fault.wireName(), choice, lasting.toMillis());
  }
}
