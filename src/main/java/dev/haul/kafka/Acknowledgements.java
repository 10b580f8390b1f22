package dev.haul.kafka;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the records of one settlement. Atomic, because the producer acknowledges on its own
 * thread but refuses on the caller's.
 */
final class Acknowledgements {
  private final AtomicInteger missing;
  private final Promise<Void> all = Promise.promise();

  Acknowledgements(int records) {
    this.missing = new AtomicInteger(records);
  }

  void arrived(@Nullable Exception failure) {
    if (failure != null) {
      all.tryFail(failure);
    } else if (missing.decrementAndGet() == 0) {
      all.tryComplete();
    }
  }

  /** Completes with the last record, fails with the first that Kafka refuses. */
  Future<Void> all() {
    return all.future();
  }
}
