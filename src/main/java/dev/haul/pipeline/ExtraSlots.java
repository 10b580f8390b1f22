package dev.haul.pipeline;

import io.vertx.core.Future;

/**
 * Further connections that a running transfer may open to its host, beside the one that its slot
 * stands for. They count like transfers. Called on an event loop.
 */
public interface ExtraSlots {
  /** Allows none. */
  ExtraSlots NONE =
      new ExtraSlots() {
        @Override
        public Future<Boolean> take() {
          return Future.succeededFuture(false);
        }

        @Override
        public void giveBack() {
          throw new IllegalStateException("none was taken");
        }
      };

  /**
   * Asks for one, without waiting for it to become free.
   *
   * @return completes on any thread: true when it was given, and must be given back
   */
  Future<Boolean> take();

  /** Gives one back. */
  void giveBack();
}
