package dev.haul.store;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the parts of a store may hold in memory on their way to the disk, until they are being
 * written. Any thread may call.
 */
final class WriteMemory {
  /**
   * Of one part, with what its connections read while they are told to stop. What waits has to last
   * until they have been told to go on: with a third less, a large file took a tenth longer.
   */
  private static final long MOST = 768 << 10;

  /** Of all parts; where they are many, each has less. */
  private static final long ALL = 64 << 20;

  /** What a connection reads at a time. */
  private static final long READ = 64 << 10;

  private final AtomicInteger parts = new AtomicInteger();

  /** A part begins to take some. */
  void begin() {
    parts.incrementAndGet();
  }

  /** It takes no more. */
  void end() {
    parts.decrementAndGet();
  }

  /**
   * How many bytes may wait to be written of one part.
   *
   * @param connections that bring them
   */
  long share(int connections) {
    long all = Math.min(MOST, ALL / Math.max(parts.get(), 1));
    return Math.max(all - READ * connections, READ);
  }
}
