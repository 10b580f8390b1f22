package dev.haul.pipeline;

import dev.haul.job.JobEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is given and acknowledges at once, or when told. */
final class FakeSink implements EventSink {
  final List<JobEvent.StateChanged> states = new CopyOnWriteArrayList<>();
  final Queue<Settlement> settlements = new ConcurrentLinkedQueue<>();
  final Queue<Promise<BatchOutcome>> unacknowledged = new ConcurrentLinkedQueue<>();
  final Queue<Batch> batches = new ConcurrentLinkedQueue<>();
  volatile boolean refuse;
  volatile boolean holdAcknowledgements;
  volatile boolean closed;

  @Override
  public void progress(JobEvent.Progress progress) {}

  /** Takes note of states as the observer of the pipeline: those of a moment are not published. */
  void observe(JobEvent event) {
    if (event instanceof JobEvent.StateChanged state) {
      states.add(state);
    }
  }

  @Override
  public Future<BatchOutcome> publish(Batch batch) {
    Promise<BatchOutcome> outcome = Promise.promise();
    if (refuse) {
      outcome.complete(new BatchOutcome.Refused("told so"));
      return outcome.future();
    }
    batches.add(batch);
    settlements.addAll(batch.settlements());
    if (holdAcknowledgements) {
      unacknowledged.add(outcome);
    } else {
      outcome.complete(new BatchOutcome.Published());
    }
    return outcome.future();
  }

  /** Ends of the jobs so far, in the order in which they came. */
  List<JobEvent.Ended> ends() {
    return settlements.stream()
        .filter(Settlement.Ended.class::isInstance)
        .map(it -> ((Settlement.Ended) it).event())
        .toList();
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return Future.succeededFuture();
  }
}
