package dev.haul.pipeline;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Lets one at a time go on, in the order in which they asked. Belongs to one context. */
final class Turns {
  private Future<Void> last = Future.succeededFuture();

  /**
   * One place in the row.
   *
   * @param come completes when it is this one's turn
   */
  record Turn(Future<Void> come, Promise<Void> over) {
    /** Lets the next one go on, also from the middle of the row. */
    void leave() {
      come.onComplete(_ -> over.tryComplete());
    }
  }

  /** Who takes a turn must leave it, whether it has come or not. */
  Turn take() {
    var turn = new Turn(last, Promise.promise());
    last = turn.over().future();
    return turn;
  }
}
