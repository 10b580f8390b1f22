package dev.haul.pipeline;

import dev.haul.job.Failure;
import dev.haul.job.JobEvent;
import dev.haul.job.JobId;
import dev.haul.job.Outcome;
import dev.haul.job.Position;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What the log says of single jobs, with the fields by which these lines are found. The fields
 * travel with the line and not with the thread, as a job meets many threads and an event loop many
 * jobs; of a level that is not logged, a line costs a comparison.
 */
final class JobLog {
  private static final Logger LOG = LoggerFactory.getLogger("dev.haul.jobs");

  private JobLog() {}

  /** The code of Haul is wrong. */
  static void fault(JobRecord record, RuntimeException fault) {
    line(LOG.atError(), record.id(), record.position()).setCause(fault).log("Fault in the job");
  }

  /** An attempt has failed; perhaps there will be another one. */
  static void attemptFailed(JobRecord record, int attempt, Failure failure) {
    line(LOG.atDebug(), record.id(), record.position())
        .addKeyValue("code", failure.code()::wireName)
        .log("Attempt {} failed: {}", attempt, failure.message());
  }

  /** A record is finished. */
  static void settled(Settlement settlement) {
    Position position = settlement.source().position();
    switch (settlement) {
      case Settlement.Ended(JobEvent.Ended end, _) -> {
        Failure failure = end.failure();
        if (failure == null) {
          line(LOG.atDebug(), end.jobId(), position).log("Completed");
        } else {
          line(
                  end.outcome() == Outcome.FAILED ? LOG.atInfo() : LOG.atDebug(),
                  end.jobId(),
                  position)
              .addKeyValue("code", failure.code()::wireName)
              .log("Ended after {} attempts: {}", end.attempts(), failure.message());
        }
      }
      case Settlement.Moved moved ->
          line(LOG.atDebug(), moved.state().jobId(), position)
              .log("Waits in a retry topic until {}", moved.carried().notBefore());
    }
  }

  private static LoggingEventBuilder line(LoggingEventBuilder line, JobId id, Position position) {
    return line.addKeyValue("job", id::value)
        .addKeyValue("partition", position.partition())
        .addKeyValue("offset", position::offset);
  }
}
