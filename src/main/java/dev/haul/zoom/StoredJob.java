package dev.haul.zoom;

import dev.haul.job.Checksum;
import dev.haul.job.JobId;
import dev.haul.job.Position;
import dev.haul.job.Target;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The end of a recording's job, as the topic of completions tells it. Anybody who may write there
 * can tell anything: it is a hint where to look, not a proof.
 *
 * @param position of the event
 * @param meeting UUID, as a label of the job says
 * @param file what was stored; null when the job did not complete
 * @param problem why not, null when it did
 */
public record StoredJob(
    Position position,
    JobId jobId,
    String meeting,
    Instant at,
    @Nullable File file,
    @Nullable String problem) {

  /** A file in a store. */
  public record File(String store, Target target, long bytes, Checksum checksum) {}
}
