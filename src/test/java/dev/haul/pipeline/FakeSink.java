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
  final Queue<Promise<Void>> unacknowledged = new ConcurrentLinkedQueue<>();
  volatile boolean holdAcknowledgements;
  volatile boolean closed;

  @Override
  public void progress(JobEvent.Progress progress) {}

  @Override
  public void state(JobEvent.StateChanged state) {
    states.add(state);
  }

  @Override
  public Future<Void> settle(Settlement settlement) {
    settlements.add(settlement);
    if (!holdAcknowledgements) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    unacknowledged.add(promise);
    return promise.future();
  }

  /** Ends of the jobs so far, in the order in which they came. */
  List<JobEvent.Ended> ends() {
    return settlements.stream().map(Settlement::event).toList();
  }

  @Override
  public void tick() {}

  @Override
  public Future<Void> close() {
    closed = true;
    return Future.succeededFuture();
  }
}
