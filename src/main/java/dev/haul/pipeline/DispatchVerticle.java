package dev.haul.pipeline;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.function.Function;

/** The shell of {@link Dispatch}; runs on a virtual-thread context, where jobs may await. */
final class DispatchVerticle extends VerticleBase {
  private final Function<Vertx, Dispatch> dispatches;

  DispatchVerticle(Function<Vertx, Dispatch> dispatches) {
    this.dispatches = dispatches;
  }

  @Override
  public Future<?> start() {
    Dispatch dispatch = dispatches.apply(vertx);
    return Future.all(
        Bus.JOBS.listen(vertx, dispatch::accept).completion(),
        Bus.HAND_OVER
            .answer(vertx, order -> Future.succeededFuture(dispatch.handOver(order)))
            .completion());
  }
}
