package dev.haul.pipeline;

import io.vertx.core.Future;

/**
 * Brings the bytes of a job from its source into a {@link Part}. One instance belongs to one
 * transfer verticle and is called on its event loop; it never blocks it.
 */
public interface Fetcher {
  /**
   * Makes one attempt. Unless the result is {@link FetchResult.Fetched}, the part has been kept for
   * the next one where that makes sense, else discarded.
   *
   * @return completes on the caller's context, within the settings' total time; never fails
   */
  Future<FetchResult> fetch(FetchOrder order);

  /** Drops all connections; running attempts end as {@link FetchResult.Failed}. */
  Future<Void> close();
}
