package dev.haul.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Bytes received and jobs ended in each of the last seconds. One thread adds, any may read; a
 * reader may see a second that is half counted, which the next look corrects.
 */
final class Throughput {
  static final int SECONDS = 300;

  private final AtomicLongArray bytes = new AtomicLongArray(SECONDS);
  private final AtomicLongArray jobs = new AtomicLongArray(SECONDS);

  /** The second that each place holds; what is older than the window counts as nothing. */
  private final AtomicLongArray seconds = new AtomicLongArray(SECONDS);

  void add(long second, long receivedBytes, int endedJobs) {
    int place = (int) Math.floorMod(second, (long) SECONDS);
    if (seconds.get(place) != second) {
      bytes.set(place, 0);
      jobs.set(place, 0);
      seconds.set(place, second);
    }
    bytes.addAndGet(place, receivedBytes);
    jobs.addAndGet(place, endedJobs);
  }

  /** The window that ends before a second, the oldest first. */
  JsonObject json(long now) {
    var received = new JsonArray();
    var ended = new JsonArray();
    for (long second = now - SECONDS; second < now; second++) {
      int place = (int) Math.floorMod(second, (long) SECONDS);
      boolean known = seconds.get(place) == second;
      received.add(known ? bytes.get(place) : 0);
      ended.add(known ? jobs.get(place) : 0);
    }
    return new JsonObject()
        .put("from", now - SECONDS)
        .put("bytesPerSecond", received)
        .put("jobsPerSecond", ended);
  }
}
