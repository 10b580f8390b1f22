package dev.haul.pipeline;

import dev.haul.job.JobEvent;

/** The end of a job together with the record that asked for it. */
public record Settlement(JobEvent.Ended event, SourceRecord source) {}
