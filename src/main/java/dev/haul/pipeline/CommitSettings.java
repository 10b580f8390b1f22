package dev.haul.pipeline;

import dev.haul.job.InvalidField;
import java.time.Duration;

/**
 * How ends of jobs are gathered before Kafka is asked to take them in one step.
 *
 * @param interval the longest that an end waits for others
 * @param maxJobs ends that are enough to wait no longer
 */
public record CommitSettings(Duration interval, int maxJobs) {
  private static final Duration LONGEST = Duration.ofSeconds(5);

  public static final CommitSettings DEFAULTS = new CommitSettings(Duration.ofMillis(50), 1000);

  /**
   * @throws InvalidField when the interval is not from 1 ms to 5 s, or no job is enough
   */
  public CommitSettings {
    if (interval.toMillis() < 1 || interval.compareTo(LONGEST) > 0) {
      throw new InvalidField("commit.interval", interval, "must be from 1ms to 5s");
    }
    if (maxJobs < 1) {
      throw new InvalidField("commit.max-jobs", maxJobs, "must be at least 1");
    }
  }
}
