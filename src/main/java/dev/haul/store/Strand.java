package dev.haul.store;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one at a time and in order on the threads of a pool; what one task wrote, the next
 * sees. Between two tasks other strands get their turn, if some wait for a thread.
 */
final class Strand implements Executor {
  /** Threads of several strands. */
  interface Pool extends Executor {
    /** Whether a task waits for a thread. */
    default boolean isAwaited() {
      return true;
    }
  }

  private final Pool pool;

  /** Filled by the part's owner, emptied by whichever thread of the pool runs the strand. */
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /**
   * Tasks not yet finished. Who takes it from 0 to 1 wakes the pool, so one thread runs at most.
   */
  private final AtomicInteger unfinished = new AtomicInteger();

  Strand(Pool pool) {
    this.pool = pool;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (unfinished.getAndIncrement() == 0) {
      pool.execute(this::run);
    }
  }

  /** Stays on the thread while nobody else wants it: another one would have to be woken. */
  private void run() {
    boolean more = true;
    while (more) {
      boolean done = false;
      try {
        tasks.remove().run();
        done = true;
      } finally {
        more = unfinished.decrementAndGet() > 0;
        if (more && (!done || pool.isAwaited())) {
          pool.execute(this::run);
          more = false;
        }
      }
    }
  }
}
