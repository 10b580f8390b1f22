package dev.haul.pipeline;

import dev.haul.job.DownloadJob;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of one job.
 *
 * @param attempt from 1
 * @param stop completes when the attempt must end early; never fails
 */
public record FetchOrder(
    DownloadJob job, int attempt, Future<Stop> stop, @Nullable String traceparent) {}
