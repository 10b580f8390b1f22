package dev.haul.pipeline;

import dev.haul.job.DownloadJob;
import dev.haul.job.Partition;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of one job.
 *
 * @param partition that the job's record came from
 * @param attempt from 1
 * @param slots for further connections to the host
 * @param advanced run on an event loop when so much was put down that another attempt would have
 *     less to do, whatever became of this worker
 * @param stop completes when the attempt must end early; never fails
 * @param traceparent of what is told of it, null for none
 */
public record FetchOrder(
    DownloadJob job,
    Partition partition,
    int attempt,
    ExtraSlots slots,
    Runnable advanced,
    Future<Stop> stop,
    @Nullable String traceparent,
    AttemptTrace trace) {

  /** Under what its part is kept. */
  public PartKey partKey() {
    return new PartKey(partition, job.id(), job.url());
  }
}
