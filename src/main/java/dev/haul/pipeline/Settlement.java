package dev.haul.pipeline;

import dev.haul.job.JobEvent;
import java.time.Duration;

/**
 * What finishes a record of a job topic: once this is in Kafka, its offset is done and the record
 * never runs again.
 */
public sealed interface Settlement {
  /** The record that is finished. */
  SourceRecord source();

  /** The job has ended: its terminal event, its final state and, if it failed, its dead letter. */
  record Ended(JobEvent.Ended event, SourceRecord source) implements Settlement {}

  /**
   * The job waits in a retry topic, from which it comes again.
   *
   * @param state that it waits
   * @param step of the topic
   */
  record Moved(JobEvent.StateChanged state, Carried carried, Duration step, SourceRecord source)
      implements Settlement {}
}
