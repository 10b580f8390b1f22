package dev.haul.pipeline;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shell of a {@link Fetcher}; there is one on each event loop, with its own connections. */
final class TransferVerticle extends VerticleBase {
  private final Function<Vertx, Fetcher> fetchers;
  private @Nullable Fetcher fetcher;

  TransferVerticle(Function<Vertx, Fetcher> fetchers) {
    this.fetchers = fetchers;
  }

  @Override
  public Future<?> start() {
    Fetcher opened = fetchers.apply(vertx);
    fetcher = opened;
    return Bus.FETCH.answer(vertx, opened::fetch).completion();
  }

  @Override
  public Future<?> stop() {
    return fetcher == null ? Future.succeededFuture() : fetcher.close();
  }
}
