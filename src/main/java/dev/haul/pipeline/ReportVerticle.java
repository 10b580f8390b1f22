package dev.haul.pipeline;

import dev.haul.job.JobEvent;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shell of {@link Report}; runs on a worker thread of its own, since the sink may block. */
final class ReportVerticle extends VerticleBase {
  private static final long TICK_MILLIS = 50;

  private final Function<Vertx, EventSink> sinks;
  private final Consumer<JobEvent> observer;
  private @Nullable EventSink sink;
  private long ticks = -1;

  ReportVerticle(Function<Vertx, EventSink> sinks, Consumer<JobEvent> observer) {
    this.sinks = sinks;
    this.observer = observer;
  }

  @Override
  public Future<?> start() {
    EventSink opened = sinks.apply(vertx);
    sink = opened;
    var report = new Report(vertx, opened, observer);
    ticks = vertx.setPeriodic(TICK_MILLIS, _ -> report.tick());
    return Future.all(
        Bus.EVENTS.listen(vertx, report::event).completion(),
        Bus.BATCH.answer(vertx, report::publish).completion(),
        Bus.PUBLISHED.listen(vertx, report::published).completion());
  }

  @Override
  public Future<?> stop() {
    // Vert.x would do so when nothing but its end is left: a late tick would find its thread gone.
    vertx.cancelTimer(ticks);
    return sink == null ? Future.succeededFuture() : sink.close();
  }
}
