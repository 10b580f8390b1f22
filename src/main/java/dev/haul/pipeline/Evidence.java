package dev.haul.pipeline;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import io.vertx.core.Future;
import java.util.Map;

/**
 * Knows which jobs were running when a worker died, so that one that kills its worker is found. An
 * orderly stop is no death. Methods without a future return at once; all belong to the dispatch
 * context.
 */
public interface Evidence {
  /**
   * Learns what died while jobs of a partition ran, which now belongs to this worker.
   *
   * @return deaths by the offset of the job's record; completes on any thread and never fails:
   *     without evidence nobody is blamed
   */
  Future<Map<Long, Integer>> claim(Partition partition);

  /**
   * An attempt runs from now on.
   *
   * @param deaths known so far
   */
  void runs(Position position, int deaths);

  /**
   * The attempt has put down so much that the next one has less to do: a death from now on is not
   * its fault. A job that kills its worker time and again does so at the same place.
   */
  void advanced(Position position);

  /** The attempt has ended, and its worker lives. */
  void rests(Position position);

  /** The job of a record that was suspected is done with. */
  void acquit(Position position);
}
