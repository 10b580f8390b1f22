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
  private @Nullable Consumer<List<ControlCommand>> listener;

  /**
   * @param kept the commands that are there when the worker starts
   */
  FakeControl(Vertx vertx, List<ControlCommand> kept) {
    this.context = vertx.getOrCreateContext();
    this.kept = kept;
  }

  @Override
  public Future<Void> start(Consumer<List<ControlCommand>> listener) {
    this.listener = listener;
    listener.accept(kept);
    return Future.succeededFuture();
  }

  void publish(ControlCommand command) {
    context.runOnContext(_ -> {
      if (listener != null) {
        listener.accept(List.of(command));
      }
    });
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
