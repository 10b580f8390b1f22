package dev.haul.pipeline;

import dev.haul.job.JobEvent;

/**
 * What finishes a record of a job topic: once this is in Kafka, its offset is done and the record
 * never runs again.
 */
public sealed interface Settlement {
  /** The record that is finished. */
  SourceRecord source();

  /** The job has ended: its terminal event, its final state and, if it failed, its dead letter. */
  record Ended(JobEvent.Ended event, SourceRecord source) implements Settlement {}
}
