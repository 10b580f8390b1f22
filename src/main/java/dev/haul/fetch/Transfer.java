package dev.haul.fetch;

import dev.haul.job.DurationText;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.FetchOrder;
import dev.haul.pipeline.FetchResult;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartStore;
import dev.haul.pipeline.Stop;
import dev.haul.policy.ResumeRules;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a job: its sources in turn, until one delivers, within the attempt's time. Beside
 * a source that has no answer after {@code fetch.hedge-delay} the next is asked too; the first
 * answer that can be kept wins, and only its bytes go into a part.
 */
final class Transfer {
  /** A source that is being asked. */
  private record Asked(SourceUrl url, SourceFetch fetch, long sinceNanos) {}

  private final Engine engine;
  private final FetchOrder order;
  private final PartStore parts;
  private final @Nullable Credential credential;
  private final Promise<FetchResult> promise = Promise.promise();
  private final long startNanos = System.nanoTime();
  private long deadlineNanos;
  private List<Failure> failures = List.of();

  /** Not asked yet, or dropped when another won, the next first. */
  private final Deque<SourceUrl> waiting;

  private @Nullable Asked source;

  /** Asked beside the source, null when there is none. */
  private @Nullable Asked rival;

  /** Whether the source has an answer that can be kept. */
  private boolean answered;

  /** Of the source that served the file or failed last; null before one did. */
  private @Nullable String lastHost;

  private long bytesTransferred;
  private boolean over;

  Transfer(Engine engine, FetchOrder order, PartStore parts, @Nullable Credential credential) {
    this.engine = engine;
    this.order = order;
    this.parts = parts;
    this.credential = credential;
    this.waiting = new ArrayDeque<>(order.job().mirrors());
    waiting.addFirst(order.job().url());
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
      if (hasMirrors()) {
        List<SourceUrl> sources = engine.mirrors().of(List.copyOf(waiting), startNanos);
        waiting.clear();
        waiting.addAll(sources);
      }
      next();
    }
    return promise.future();
  }

  FetchOrder order() {
    return order;
  }

  PartStore parts() {
    return parts;
  }

  void count(int bytes) {
    bytesTransferred += bytes;
  }

  /** The answer of a source can be kept: from here on it is the only one. */
  void accepted(SourceFetch winner) {
    answered = true;
    Asked first = source;
    Asked second = rival;
    if (first == null || second == null) {
      return;
    }
    rival = null;
    if (second.fetch == winner) {
      source = second;
      drop(first);
      engine.mirrors().failed(first.url, System.nanoTime());
    } else {
      drop(second);
    }
  }

  /** It may be asked again, should the winner fail. */
  private void drop(Asked loser) {
    var _ = loser.fetch.cancel(true);
    waiting.addFirst(loser.url);
  }

  void delivered(Part part, @Nullable String contentType, @Nullable String etag) {
    if (source != null) {
      lastHost = source.url.host();
      if (hasMirrors()) {
        engine.mirrors().worked(source.url, System.nanoTime());
      }
    }
    end(new FetchResult.Fetched(part, bytesTransferred, lastHost, contentType, etag));
  }

  void sourceFailed(SourceFetch failed, Failure failure) {
    if (failures.isEmpty()) {
      failures = new ArrayList<>(1 + order.job().mirrors().size());
    }
    failures.add(failure);
    answered = false;
    Asked first = source;
    Asked second = rival;
    rival = null;
    if (second != null && second.fetch == failed) {
      blame(second, failure);
    } else {
      source = second;
      if (first != null) {
        blame(first, failure);
      }
    }
    if (source == null) {
      next();
    }
  }

  /** A file that is missing or another one says nothing about the rest of its origin. */
  private void blame(Asked asked, Failure failure) {
    lastHost = asked.url.host();
    if (hasMirrors() && (failure.retryable() || failure.code() == ErrorCode.TLS)) {
      engine.mirrors().failed(asked.url, System.nanoTime());
    }
  }

  /** Looks at the clock, now and then. */
  void tick(long nowNanos) {
    if (nowNanos - deadlineNanos > 0) {
      expire();
      return;
    }
    Asked first = source;
    Asked second = rival;
    if (first != null) {
      first.fetch.tick(nowNanos);
    }
    if (second != null) {
      second.fetch.tick(nowNanos);
    }
    hedge(nowNanos);
  }

  private void hedge(long nowNanos) {
    long delayNanos = engine.settings().hedgeDelay().toNanos();
    boolean isSlow =
        !over
            && !answered
            && delayNanos > 0
            && source != null
            && nowNanos - source.sinceNanos > delayNanos;
    if (isSlow && rival == null && !waiting.isEmpty()) {
      Asked asked = ask(waiting.removeFirst());
      rival = asked;
      asked.fetch.start();
    }
  }

  void stop(Stop reason) {
    if (!over) {
      over = true;
      // The next owner of the job shall find what is here.
      cancelSources(reason != Stop.CANCEL)
          .onComplete(_ ->
              engine
                  .context()
                  .runOnContext(
                      _ -> promise.complete(new FetchResult.Stopped(reason, bytesTransferred))));
    }
  }

  /** Ends the attempt because the fetcher closes. */
  void close() {
    fail(Failure.of(ErrorCode.INTERRUPTED, "the worker closes"));
  }

  private void next() {
    SourceUrl url = waiting.pollFirst();
    if (url == null) {
      fail(FetchFailures.allOf(failures));
      return;
    }
    Asked asked = ask(url);
    source = asked;
    asked.fetch.start();
  }

  private Asked ask(SourceUrl url) {
    return new Asked(
        url, new SourceFetch(engine, this, order.job(), credential, url), System.nanoTime());
  }

  private boolean hasMirrors() {
    return !order.job().mirrors().isEmpty();
  }

  private void expire() {
    Instant deadline = order.job().deadline();
    boolean byJob = deadline != null && !engine.clock().instant().isBefore(deadline);
    fail(
        Failure.of(
            ErrorCode.DEADLINE,
            byJob
                ? "the job's deadline has passed"
                : "not done within " + DurationText.print(engine.settings().totalTimeout())));
  }

  private void fail(Failure failure) {
    if (!over) {
      var _ = cancelSources(ResumeRules.keeps(failure));
      if (source != null) {
        lastHost = source.url.host();
      }
      end(new FetchResult.Failed(failure, bytesTransferred, lastHost));
    }
  }

  private Future<?> cancelSources(boolean keep) {
    return Future.all(cancel(source, keep), cancel(rival, keep));
  }

  private static Future<Void> cancel(@Nullable Asked asked, boolean keep) {
    return asked == null ? Future.succeededFuture() : asked.fetch.cancel(keep);
  }

  private void end(FetchResult result) {
    over = true;
    promise.complete(result);
  }
}
