package dev.haul.fetch;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.FetchOrder;
import dev.haul.pipeline.FetchResult;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.Stop;
import dev.haul.pipeline.Store;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One attempt at a job: its sources in turn, until one delivers, within the attempt's time. */
final class Transfer {
  private final Engine engine;
  private final FetchOrder order;
  private final Store store;
  private final @Nullable Credential credential;
  private final Promise<FetchResult> promise = Promise.promise();
  private final long startNanos = System.nanoTime();
  private long deadlineNanos;
  private List<Failure> failures = List.of();
  private @Nullable SourceFetch source;
  private long bytesTransferred;
  private boolean over;

  Transfer(Engine engine, FetchOrder order, Store store, @Nullable Credential credential) {
    this.engine = engine;
    this.order = order;
    this.store = store;
    this.credential = credential;
  }

  Future<FetchResult> start() {
    Duration time = engine.settings().totalTimeout();
    Instant deadline = order.job().deadline();
    if (deadline != null) {
      Duration left = Duration.between(engine.clock().instant(), deadline);
      time = left.compareTo(time) < 0 ? left : time;
    }
    order.stop().onSuccess(stop -> engine.context().runOnContext(_ -> stop(stop)));
    if (time.isNegative()) {
      expire();
    } else {
      deadlineNanos = startNanos + time.toNanos();
      next();
    }
    return promise.future();
  }

  FetchOrder order() {
    return order;
  }

  Store store() {
    return store;
  }

  void count(int bytes) {
    bytesTransferred += bytes;
  }

  void delivered(Part part, @Nullable String contentType, @Nullable String etag) {
    end(new FetchResult.Fetched(part, bytesTransferred, contentType, etag));
  }

  void sourceFailed(Failure failure) {
    if (failures.isEmpty()) {
      failures = new ArrayList<>(1 + order.job().mirrors().size());
    }
    failures.add(failure);
    next();
  }

  /** Looks at the clock, now and then. */
  void tick(long nowNanos) {
    if (nowNanos - deadlineNanos > 0) {
      expire();
    } else if (source != null) {
      source.tick(nowNanos);
    }
  }

  void stop(Stop reason) {
    if (!over) {
      cancelSource();
      end(new FetchResult.Stopped(reason, bytesTransferred));
    }
  }

  /** Ends the attempt because the fetcher closes. */
  void close() {
    fail(Failure.of(ErrorCode.INTERRUPTED, "the worker closes"));
  }

  private void next() {
    DownloadJob job = order.job();
    int index = failures.size();
    if (index > job.mirrors().size()) {
      fail(FetchFailures.allOf(failures));
      return;
    }
    SourceUrl url = index == 0 ? job.url() : job.mirrors().get(index - 1);
    source = new SourceFetch(engine, this, job, credential, url);
    source.start();
  }

  private void expire() {
    Instant deadline = order.job().deadline();
    boolean byJob = deadline != null && !engine.clock().instant().isBefore(deadline);
    fail(
        Failure.of(
            ErrorCode.DEADLINE,
            byJob
                ? "the job's deadline has passed"
                : "not done within " + engine.settings().totalTimeout()));
  }

  private void fail(Failure failure) {
    if (!over) {
      cancelSource();
      end(new FetchResult.Failed(failure, bytesTransferred));
    }
  }

  private void cancelSource() {
    if (source != null) {
      source.cancel();
    }
  }

  private void end(FetchResult result) {
    over = true;
    promise.complete(result);
  }
}
