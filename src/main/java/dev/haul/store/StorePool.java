package dev.haul.store;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a store. */
final class StorePool extends ThreadPoolExecutor implements Strand.Pool {
  /** The pool's own count takes its lock, which each task would then wait for. */
  private final AtomicInteger busy = new AtomicInteger();

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

  /** Whether a thread has nothing to do, more or less. */
  boolean isIdle() {
    return busy.get() < getCorePoolSize() && !isAwaited();
  }

  @Override
  protected void beforeExecute(Thread thread, Runnable task) {
    busy.incrementAndGet();
  }

  @Override
  protected void afterExecute(Runnable task, Throwable failure) {
    busy.decrementAndGet();
  }
}
