package dev.haul.pipeline;

import dev.haul.job.JobEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings events to the sink and to the observer, and tells intake which ends Kafka has
 * acknowledged. Belongs to the worker context of its verticle, which the sink may block.
 */
final class Report {
  private static final Logger LOG = LoggerFactory.getLogger(Report.class);
  private static final long SETTLE_AGAIN_MILLIS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final EventSink sink;
  private final Consumer<JobEvent> observer;

  // Acknowledgements come by the thousand on the sink's thread. They are gathered here, so that the
  // context is woken once for a burst; the flag is what keeps two wake-ups from being under way.
  private final Queue<SourceRecord> acknowledged = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean waking = new AtomicBoolean();

  Report(Vertx vertx, EventSink sink, Consumer<JobEvent> observer) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.sink = sink;
    this.observer = observer;
  }

  void event(JobEvent event) {
    observer.accept(event);
    switch (event) {
      case JobEvent.Progress progress -> sink.progress(progress);
      case JobEvent.StateChanged state -> sink.state(state);
      case JobEvent.Ended _ -> {
        // Its own way, with the record that it settles.
      }
    }
  }

  void settle(Settlement settlement) {
    observer.accept(settlement.event());
    publish(settlement);
  }

  private void publish(Settlement settlement) {
    sink.settle(settlement)
        .onComplete(
            _ -> acknowledge(settlement.source()),
            failure -> {
              LOG.error(
                  "The end of job {} cannot be published, trying again: {}",
                  settlement.event().jobId(),
                  failure.toString());
              var _ =
                  vertx
                      .timer(SETTLE_AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                      .onSuccess(_ -> context.runOnContext(_ -> publish(settlement)));
            });
  }

  private void acknowledge(SourceRecord record) {
    acknowledged.add(record);
    if (waking.compareAndSet(false, true)) {
      context.runOnContext(_ -> flush());
    }
  }

  private void flush() {
    waking.set(false);
    List<SourceRecord> settled = new ArrayList<>();
    for (SourceRecord next = acknowledged.poll(); next != null; next = acknowledged.poll()) {
      settled.add(next);
    }
    if (!settled.isEmpty()) {
      Bus.SETTLED.send(vertx, settled);
    }
  }
}
