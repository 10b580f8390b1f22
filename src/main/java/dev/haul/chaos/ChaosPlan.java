package dev.haul.chaos;

import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a run is made of. Equal plans have equal jobs and equal schedules.
 *
 * @param seed decides on everything that is left to chance
 * @param jobs records published to the job topic
 * @param brokers 1, or at least 3: with three, all that is kept has three copies, of which two must
 *     be written
 * @param partitions of the job topic
 * @param faults how often each fault happens
 * @param pace mean time from one fault to the next
 */
public record ChaosPlan(
    long seed,
    int jobs,
    int workers,
    int brokers,
    int partitions,
    Map<Fault, Integer> faults,
    Duration pace) {

  private static final int MAX_JOBS = 1_000_000;
  private static final int MAX_PROCESSES = 16;
  private static final int MAX_FAULTS = 10_000;
  private static final int TWO = 2;

  /**
   * @throws InvalidField when a number is out of range
   */
  public ChaosPlan {
    check("jobs", jobs, 1, MAX_JOBS);
    check("workers", workers, 1, MAX_PROCESSES);
    check("brokers", brokers, 1, MAX_PROCESSES);
    check("partitions", partitions, 1, MAX_FAULTS);
    if (brokers == TWO) {
      throw new InvalidField("brokers", brokers, "must be 1 or at least 3: two have no majority");
    }
    var all = new EnumMap<Fault, Integer>(Fault.class);
    for (Fault fault : Fault.values()) {
      int times = faults.getOrDefault(fault, 0);
      check("fault " + fault.wireName(), times, 0, MAX_FAULTS);
      all.put(fault, times);
    }
    faults = Collections.unmodifiableMap(all);
    if (pace.compareTo(Duration.ofMillis(10)) < 0) {
      throw new InvalidField("pace", pace, "must be at least 10 ms");
    }
  }

  private static void check(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new InvalidField(field, value, "must be from " + least + " to " + most);
    }
  }
}
