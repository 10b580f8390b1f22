package dev.haul.cli;

import dev.haul.kafka.JobNews;
import java.time.Duration;
import java.util.List;

/** The events of jobs as Kafka gives them; those of different topics come in any order. */
interface JobFeed {
  /**
   * Waits for events, on the caller's thread.
   *
   * @return empty when none came within {@code longest}
   */
  List<JobNews> next(Duration longest);
}
