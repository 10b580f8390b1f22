package dev.haul.pipeline;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SizeText;
import dev.haul.policy.StoreGate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds jobs back while their store has no room. Belongs to the dispatch context. */
final class StoreGates {
  private static final Logger LOG = LoggerFactory.getLogger(StoreGates.class);

  private static final class Entry {
    private final StoreGate gate = new StoreGate();
    private Promise<Void> opening = Promise.promise();
    private Failure reason = Failure.of(ErrorCode.NO_SPACE, "the store has no space left");
    private long timer = -1;
  }

  private final Vertx vertx;
  private final Map<String, Entry> entries = new HashMap<>();

  StoreGates(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * @param bytes of the file as far as it is known, else 0
   */
  boolean isClosed(String store, long bytes) {
    return entry(store).gate.isClosedTo(bytes);
  }

  /** Why it is closed. */
  Failure reason(String store) {
    return entry(store).reason;
  }

  /** Completes when it opens. */
  Future<Void> opening(String store) {
    return entry(store).opening.future();
  }

  /**
   * A file found no room.
   *
   * @param bytes of the file; 0 when there is no room for anything
   */
  void refused(String store, long bytes, Failure failure) {
    Entry entry = entry(store);
    if (entry.gate.refused(bytes, System.nanoTime())) {
      entry.reason = failure;
      LOG.warn(
          "Store '{}' has no room for {}: its jobs wait",
          store,
          bytes == 0 ? "anything" : "files of " + SizeText.print(bytes));
      probeLater(store, entry);
    }
  }

  void stored(String store, long bytes) {
    entry(store).gate.stored(bytes);
  }

  private void probeLater(String store, Entry entry) {
    Duration wait = Duration.ofNanos(entry.gate.nanosUntilProbe(System.nanoTime()));
    entry.timer = vertx.setTimer(wait.toMillis() + 1, _ -> probe(store, entry));
  }

  private void probe(String store, Entry entry) {
    long wanted = entry.gate.wanted();
    Bus.ROOM
        .ask(vertx, new RoomOrder(store, wanted))
        .onComplete(answer -> {
          boolean room = answer.succeeded() && answer.result();
          if (entry.gate.probed(wanted, room, System.nanoTime())) {
            LOG.info("Store '{}' has room again", store);
            Promise<Void> opening = entry.opening;
            entry.opening = Promise.promise();
            opening.complete();
          } else {
            probeLater(store, entry);
          }
        });
  }

  private Entry entry(String store) {
    return entries.computeIfAbsent(store, _ -> new Entry());
  }

  /** Stops the timers. */
  void close() {
    entries.values().forEach(entry -> vertx.cancelTimer(entry.timer));
  }
}
