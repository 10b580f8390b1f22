package dev.haul.pipeline;

import dev.haul.job.DownloadJob;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.Partition;

/** What is kept of one job between its attempts. Runs on the job's virtual thread. */
final class Remains {
  private final Orders orders;
  private final DownloadJob job;
  private final Partition partition;
  private final Attempts attempts;

  /** Whether something may be kept elsewhere that has not been looked for. */
  private boolean elsewhere;

  Remains(Orders orders, JobRecord.Valid record, Attempts attempts) {
    this.orders = orders;
    this.job = record.job();
    this.partition = record.position().partition();
    this.attempts = attempts;
    this.elsewhere = record.carried() != null;
  }

  /**
   * What an attempt elsewhere has kept is needed here, before the first one. It may be of an
   * attempt that did not count: cut by a pause, a stop, or a host that went down.
   */
  void adopt() {
    if (elsewhere) {
      elsewhere = false;
      orders.adopt(job, partition).await();
    }
  }

  /** Nobody goes on with a job that has ended; with one that moved, somebody will. */
  void letGo(Settlement settlement) {
    switch (settlement) {
      case Settlement.Moved _ -> orders.release(job, partition).await();
      case Settlement.Ended(Ended end, _) -> {
        // A publication has seen to it itself.
        if (end.file() == null || attempts.begun() == 0) {
          orders.forget(job, partition);
        }
      }
    }
  }
}
