package dev.haul.pipeline;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Lets one at a time go on. Belongs to one context. */
final class Turns {
  private Promise<Void> free = Promise.promise();
  private boolean taken;

  boolean isTaken() {
    return taken;
  }

  /** Takes the turn, which must then be {@linkplain #leave left}; false when another has it. */
  boolean take() {
    boolean first = !taken;
    taken = true;
    return first;
  }

  void leave() {
    Promise<Void> left = free;
    free = Promise.promise();
    taken = false;
    left.complete();
  }

  /** Completes when whoever has the turn leaves it. */
  Future<Void> free() {
    return free.future();
  }
}
