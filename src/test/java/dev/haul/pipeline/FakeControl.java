package dev.haul.pipeline;

import dev.haul.job.ControlCommand;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A control topic in memory. */
final class FakeControl implements ControlSource {
  private final Context context;
  private final List<ControlCommand> kept;
  private @Nullable Listener listener;

  /**
   * @param kept the commands that are there when the worker starts
   */
  FakeControl(Vertx vertx, List<ControlCommand> kept) {
    this.context = vertx.getOrCreateContext();
    this.kept = kept;
  }

  @Override
  public Future<Void> start(Listener listener) {
    this.listener = listener;
    listener.kept(kept);
    return Future.succeededFuture();
  }

  void publish(ControlCommand command) {
    tell(listener -> listener.given(List.of(command)));
  }

  /** Brings a command that was there at the start, which has taken too long. */
  void recall(ControlCommand command) {
    tell(listener -> listener.kept(List.of(command)));
  }

  private void tell(Consumer<Listener> what) {
    context.runOnContext(_ -> {
      if (listener != null) {
        what.accept(listener);
      }
    });
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
