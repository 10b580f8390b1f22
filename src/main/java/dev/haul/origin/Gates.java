package dev.haul.origin;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds answers back: for a time, or until their path is released. Ends at once when closed. */
final class Gates {
  private final CountDownLatch closed = new CountDownLatch(1);

  /** The threads of connections wait, others release. */
  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

  /**
   * Waits.
   *
   * @throws IOException when the origin is closed
   */
  void pause(long nanos) throws IOException {
    if (nanos > 0 && isOver(closed, nanos)) {
      throw new IOException("the origin is closed");
    }
  }

  /**
   * Waits for the release of a path, at most so long.
   *
   * @return whether it was released
   * @throws IOException when the origin is closed
   */
  boolean await(String path, long nanos) throws IOException {
    boolean released = isOver(gates.computeIfAbsent(path, _ -> new CountDownLatch(1)), nanos);
    pause(closed.getCount() == 0 ? 1 : 0);
    return released;
  }

  /** Lets all go on that wait for a path now or later. */
  void release(String path) {
    gates.computeIfAbsent(path, _ -> new CountDownLatch(1)).countDown();
  }

  void close() {
    closed.countDown();
    gates.values().forEach(CountDownLatch::countDown);
  }

  private static boolean isOver(CountDownLatch latch, long nanos) throws IOException {
    try {
      return latch.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
