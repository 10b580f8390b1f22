package dev.haul.kafka;

import dev.haul.job.JobId;
import dev.haul.job.Position;
import dev.haul.pipeline.SourceRecord;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as it lies in its topic.
 *
 * @param record as it is there, with its place
 * @param jobId under which the job's end was told
 * @param code of the error, as on the wire
 * @param attempts that were made; 0 when there were none
 * @param origin where the record was first published
 * @param host of the job's URL, null when the record is no job
 * @param labels of the job; none when the record is no job
 * @param redrives how often the job has been driven again before this death
 * @param resolution what has become of it, null while it is open
 */
public record Letter(
    SourceRecord record,
    JobId jobId,
    String code,
    String message,
    int attempts,
    Position origin,
    @Nullable String host,
    Map<String, String> labels,
    int redrives,
    @Nullable Resolution resolution) {

  public Letter {
    labels = Map.copyOf(labels);
  }

  /** What has become of a letter. */
  public record Resolution(boolean redriven, Instant at, String by) {
    /** One word. */
    public String word() {
      return redriven ? "redriven" : "dropped";
    }
  }

  /** When the job failed. */
  public Instant diedAt() {
    return record.timestamp();
  }

  public boolean isOpen() {
    return resolution == null;
  }

  /** Its attempts as a JSON array, null when it tells none. */
  public @Nullable String history() {
    return LetterRecords.text(record, "haul-history").orElse(null);
  }

  /** The same letter, resolved. */
  public Letter with(Resolution found) {
    return new Letter(
        record, jobId, code, message, attempts, origin, host, labels, redrives, found);
  }
}
