package dev.haul.pipeline;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does what the path of a URL says: {@code /ok} brings ten bytes, {@code /fails/N} fails N times
 * first, {@code /gone} is 404 for ever, {@code /down} finds nobody there, {@code /hangs} goes on
 * until it is stopped or let go, {@code /advances} too once it has told so, {@code /shares} with
 * all the slots that it can get, and {@code /faults} breaks its promise and throws.
 */
final class FakeFetcher implements Fetcher {
  static final int BYTES = 10;

  /** What all fetchers of a worker have in common. */
  static final class Origin {
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostRunning = new AtomicInteger();
    final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    final Map<String, Stop> stopped = new ConcurrentHashMap<>();

    /** Slots for further connections that are taken. */
    final AtomicInteger shared = new AtomicInteger();

    final Promise<Void> letGo = Promise.promise();
  }

  private final Vertx vertx;
  private final PartStore parts;
  private final Origin origin;

  FakeFetcher(Vertx vertx, PartStore parts, Origin origin) {
    this.vertx = vertx;
    this.parts = parts;
    this.origin = origin;
  }

  @Override
  public Future<FetchResult> fetch(FetchOrder order) {
    int running = origin.running.incrementAndGet();
    origin.mostRunning.accumulateAndGet(running, Math::max);
    origin.attempts.merge(order.job().id().value(), 1, Integer::sum);
    try {
      return result(order).onComplete(_ -> origin.running.decrementAndGet());
    } catch (IllegalStateException e) {
      origin.running.decrementAndGet();
      throw e;
    }
  }

  private Future<FetchResult> result(FetchOrder order) {
    String path = order.job().url().decodedPath();
    if (path.startsWith("/fails/")) {
      int failing = Integer.parseInt(path.substring("/fails/".length()));
      return order.attempt() <= failing
          ? failed(Failure.of(ErrorCode.INTERRUPTED, "cut"))
          : fetched(order);
    }
    return switch (path) {
      case "/ok" -> fetched(order);
      case "/gone" -> failed(Failure.of(ErrorCode.HTTP_STATUS, "404 Not Found"));
      case "/down" -> failed(Failure.of(ErrorCode.CONNECT, "refused"));
      case "/hangs" -> hang(order);
      case "/advances" -> {
        order.advanced().run();
        yield hang(order);
      }
      case "/shares" -> share(order);
      case "/faults" -> throw new IllegalStateException("a fault");
      default -> throw new IllegalArgumentException(path);
    };
  }

  private Future<FetchResult> hang(FetchOrder order) {
    return Future.any(origin.letGo.future(), order.stop())
        .compose(_ -> {
          if (order.stop().isComplete()) {
            origin.stopped.put(order.job().id().value(), order.stop().result());
            return Future.succeededFuture(new FetchResult.Stopped(order.stop().result(), 3));
          }
          return fetched(order);
        });
  }

  private Future<FetchResult> share(FetchOrder order) {
    return order
        .slots()
        .take()
        .compose(taken -> {
          if (!taken) {
            return hang(order);
          }
          origin.shared.incrementAndGet();
          return share(order)
              .onComplete(_ -> {
                origin.shared.decrementAndGet();
                order.slots().giveBack();
              });
        });
  }

  private Future<FetchResult> fetched(FetchOrder order) {
    Promise<FetchResult> result = Promise.promise();
    vertx.runOnContext(_ -> {
      Part part =
          parts.begin(
              new PartOrder(
                  order.partKey(),
                  order.job(),
                  null,
                  Algorithm.SHA256,
                  List.of(),
                  order.job().size(),
                  null));
      part.write(0, Unpooled.wrappedBuffer(new byte[BYTES]));
      result.complete(new FetchResult.Fetched(part, BYTES, "text/plain", null));
    });
    return result.future();
  }

  private static Future<FetchResult> failed(Failure failure) {
    return Future.succeededFuture(new FetchResult.Failed(failure, 1));
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
