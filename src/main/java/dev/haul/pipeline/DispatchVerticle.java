package dev.haul.pipeline;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shell of {@link Dispatch}; runs on a virtual-thread context, where jobs may await. */
final class DispatchVerticle extends VerticleBase {
  private final Function<Vertx, Dispatch> dispatches;
  private final Function<Vertx, ControlSource> controls;
  private @Nullable Dispatch dispatch;
  private @Nullable ControlSource control;

  DispatchVerticle(Function<Vertx, Dispatch> dispatches, Function<Vertx, ControlSource> controls) {
    this.dispatches = dispatches;
    this.controls = controls;
  }

  @Override
  public Future<?> start() {
    Dispatch made = dispatches.apply(vertx);
    dispatch = made;
    ControlSource opened = controls.apply(vertx);
    control = opened;
    return Future.all(
        Bus.JOBS.listen(vertx, made::accept).completion(),
        Bus.HAND_OVER
            .answer(vertx, order -> Future.succeededFuture(made.handOver(order)))
            .completion(),
        Bus.TAKE_SLOT
            .answer(vertx, record -> Future.succeededFuture(made.takeSlot(record)))
            .completion(),
        Bus.GIVE_SLOT.listen(vertx, made::giveSlot).completion(),
        Bus.ADVANCED
            .listen(vertx, record -> made.suspicion().evidence().advanced(record.position()))
            .completion(),
        opened.start(made));
  }

  @Override
  public Future<?> stop() {
    if (dispatch != null) {
      dispatch.close();
    }
    return control == null ? Future.succeededFuture() : control.close();
  }
}
