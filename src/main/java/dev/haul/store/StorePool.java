package dev.haul.store;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of a store. */
final class StorePool extends ThreadPoolExecutor implements Strand.Pool {
  StorePool(int threads) {
    super(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        Thread.ofPlatform().daemon().name("haul-store-", 1).factory(),
        // Only after close: what running work still starts ends on the thread that starts it.
        (task, _) -> task.run());
  }

  @Override
  public boolean isAwaited() {
    return !getQueue().isEmpty();
  }
}
