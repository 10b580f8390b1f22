package dev.haul.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Lets a watcher look again and again on a thread of its own, half of the time at most. */
final class FileWatch {
  private static final Duration SHORTEST_REST = Duration.ofMillis(100);

  private final Watcher watcher;
  private final InstantSource clock;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("haul-chaos-files").unstarted(this::run);
  private volatile boolean stopping;
  private volatile @Nullable RuntimeException failure;

  FileWatch(Watcher watcher, InstantSource clock) {
    this.watcher = watcher;
    this.clock = clock;
  }

  void start() {
    thread.start();
  }

  /** Looks once more, then no more; returns what was seen. */
  Watcher stop() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
    RuntimeException fault = failure;
    if (fault != null) {
      throw fault;
    }
    return watcher;
  }

  private void run() {
    try {
      while (!stopping) {
        Instant start = clock.instant();
        watcher.look();
        Duration took = Duration.between(start, clock.instant());
        LockSupport.parkNanos((took.compareTo(SHORTEST_REST) > 0 ? took : SHORTEST_REST).toNanos());
      }
      watcher.look();
    } catch (RuntimeException e) {
      failure = e;
    }
  }
}
