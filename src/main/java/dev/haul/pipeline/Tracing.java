package dev.haul.pipeline;

/** Follows jobs as traces. Called on any thread; never blocks. */
public interface Tracing {
  /** Follows nothing and makes nothing. */
  Tracing OFF = _ -> JobTrace.NONE;

  /** A worker has taken a record. */
  JobTrace begin(JobRecord record);
}
