package dev.haul.pipeline;

import dev.haul.job.DownloadJob;
import dev.haul.job.Failure;
import dev.haul.job.JobId;
import dev.haul.job.Position;
import org.jspecify.annotations.Nullable;

/** A record of a job topic and what it says. */
public sealed interface JobRecord {
  SourceRecord source();

  /** The job's own id, else the record's key, else its place: always there, to name the end. */
  JobId id();

  /** The W3C {@code traceparent} of the record, null when it had none. */
  @Nullable String traceparent();

  default Position position() {
    return source().position();
  }

  /**
   * A record that holds a valid job.
   *
   * @param carried what the job has behind it, null when it is new
   */
  record Valid(
      SourceRecord source, DownloadJob job, @Nullable String traceparent, @Nullable Carried carried)
      implements JobRecord {
    public Valid(SourceRecord source, DownloadJob job, @Nullable String traceparent) {
      this(source, job, traceparent, null);
    }

    @Override
    public JobId id() {
      return job.id();
    }
  }

  /** A record that holds none; the failure names the field, the value and the rule. */
  record Invalid(SourceRecord source, JobId id, Failure failure, @Nullable String traceparent)
      implements JobRecord {}
}
