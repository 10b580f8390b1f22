package dev.haul.pipeline;

import dev.haul.policy.CompletedJobs.Completed;

/** What a worker knows of an earlier record with the id of a job that comes. */
sealed interface Earlier {
  record Nothing() implements Earlier {}

  /** Another job with this id is under way: this one runs after it. */
  record Other(JobRun run) implements Earlier {}

  /** The same job is under way: this record ends as it does. */
  record Same(JobRun run) implements Earlier {}

  /** The same job has completed a moment ago. */
  record Done(Completed completed) implements Earlier {}
}
