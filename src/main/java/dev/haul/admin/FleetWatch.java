package dev.haul.admin;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the jobs of all workers while somebody looks, since reading the topic costs each worker
 * that does. Belongs to one event loop.
 */
final class FleetWatch {
  private static final Logger LOG = LoggerFactory.getLogger(FleetWatch.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LISTED = 100;

  private final Vertx vertx;
  private final FleetFeed feed;
  private @Nullable Fleet fleet;
  private @Nullable AutoCloseable following;
  private long askedNanos;
  private long timer = -1;

  FleetWatch(Vertx vertx, FleetFeed feed) {
    this.vertx = vertx;
    this.feed = feed;
  }

  JsonObject look() {
    askedNanos = System.nanoTime();
    if (fleet == null) {
      fleet = new Fleet();
      following = feed.follow(fleet);
      timer = vertx.setPeriodic(PATIENCE.toMillis() / 4, _ -> endWhenNobodyLooks());
    }
    return fleet.json(LISTED);
  }

  private void endWhenNobodyLooks() {
    if (System.nanoTime() - askedNanos > PATIENCE.toNanos()) {
      close();
    }
  }

  void close() {
    vertx.cancelTimer(timer);
    fleet = null;
    if (following != null) {
      try {
        following.close();
      } catch (Exception e) {
        LOG.debug("following the states ends badly", e);
      }
      following = null;
    }
  }
}
