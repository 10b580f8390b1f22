package dev.haul.store;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one at a time and in order on the threads of a pool; what one task wrote, the next
 * sees. Between two tasks other strands get their turn.
 */
final class Strand implements Executor {
  private final Executor pool;

  /** Filled by the part's owner, emptied by whichever thread of the pool runs the strand. */
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /**
   * Tasks not yet finished. Who takes it from 0 to 1 wakes the pool, so one thread runs at most.
   */
  private final AtomicInteger unfinished = new AtomicInteger();

  Strand(Executor pool) {
    this.pool = pool;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (unfinished.getAndIncrement() == 0) {
      pool.execute(this::runOne);
    }
  }

  private void runOne() {
    try {
      tasks.remove().run();
    } finally {
      if (unfinished.decrementAndGet() > 0) {
        pool.execute(this::runOne);
      }
    }
  }
}
