package dev.haul.zoom;

import dev.haul.job.DownloadJob;
import java.util.List;

/** Where the webhook puts jobs. */
public interface JobSink {
  /**
   * Stores jobs; blocks until all of them are safe. Called on several threads at once.
   *
   * @throws RuntimeException when they are not
   */
  void store(List<DownloadJob> jobs);
}
