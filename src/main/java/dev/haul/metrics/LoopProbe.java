package dev.haul.metrics;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;

/**
 * Measures how late a timer of its event loop fires: the time for which something else held the
 * loop. Deployed once for each event loop; Vert.x gives each instance the next loop.
 */
public final class LoopProbe extends VerticleBase {
  /** Short enough to meet most blocks of 16 ms and more, long enough to cost nothing. */
  private static final long PERIOD_MILLIS = 20;

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);

  private final Metrics metrics;

  public LoopProbe(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public Future<?> start() {
    next();
    return Future.succeededFuture();
  }

  private void next() {
    long due = System.nanoTime() + PERIOD_NANOS;
    vertx.setTimer(
        PERIOD_MILLIS,
        id -> {
          metrics.loopDelay(System.nanoTime() - due);
          next();
        });
  }
}
