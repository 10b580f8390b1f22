package dev.haul.pipeline;

import dev.haul.job.JobEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;

/**
 * Brings events to the sink and to the observer, which hears of an end when Kafka has it. Belongs
 * to the worker context of its verticle, which the sink may block.
 */
final class Report {
  private final Vertx vertx;
  private final EventSink sink;
  private final Consumer<JobEvent> observer;
  private final HeldStates held = new HeldStates();

  Report(Vertx vertx, EventSink sink, Consumer<JobEvent> observer) {
    this.vertx = vertx;
    this.sink = sink;
    this.observer = observer;
  }

  void event(JobEvent event) {
    observer.accept(event);
    switch (event) {
      case JobEvent.Progress progress -> sink.progress(progress);
      case JobEvent.StateChanged state -> held.add(state);
      case JobEvent.Ended _ -> {
        // Its own way, with the record that it settles.
      }
    }
  }

  /** Sends the states that nothing newer has overtaken to where batches are made. */
  void tick() {
    List<JobEvent.StateChanged> due = held.tick();
    if (!due.isEmpty()) {
      Bus.STATES.send(vertx, due);
    }
  }

  Future<BatchOutcome> publish(Batch batch) {
    for (Settlement settlement : batch.settlements()) {
      switch (settlement) {
        case Settlement.Ended(JobEvent.Ended event, _) -> held.remove(event.jobId());
        case Settlement.Moved moved -> held.remove(moved.state().jobId());
      }
    }
    return sink.publish(batch);
  }

  void published(Batch batch) {
    for (Settlement settlement : batch.settlements()) {
      switch (settlement) {
        case Settlement.Ended(JobEvent.Ended event, _) -> observer.accept(event);
        case Settlement.Moved moved -> observer.accept(moved.state());
      }
    }
  }
}
