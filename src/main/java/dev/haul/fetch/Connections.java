package dev.haul.fetch;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a fetcher. Those at rest are kept for a while and lent again, the last used
 * first; belongs to one event loop. How many are in use is bounded by whoever hands out the jobs.
 */
final class Connections {
  /** Shorter than servers wait: a connection that the server closes meanwhile costs a retry. */
  private static final long REST_NANOS = Duration.ofSeconds(10).toNanos();

  private static final int MAX_RESTING = 256;

  private final HttpClientAgent client;
  private final int maxRestingPerEndpoint;
  private final Map<Endpoint, ArrayDeque<Connection>> resting = new HashMap<>();
  private int count;

  Connections(HttpClientAgent client, int maxRestingPerEndpoint) {
    this.client = client;
    this.maxRestingPerEndpoint = maxRestingPerEndpoint;
  }

  /** Lends a connection at rest, null when there is none. */
  @Nullable Connection take(Endpoint endpoint) {
    ArrayDeque<Connection> waiting = resting.get(endpoint);
    while (waiting != null && !waiting.isEmpty()) {
      Connection connection = waiting.removeLast();
      count--;
      if (connection.isUsable()) {
        return connection;
      }
      connection.close();
    }
    return null;
  }

  Future<Connection> open(Endpoint endpoint) {
    return client.connect(endpoint.connectOptions()).map(http -> new Connection(endpoint, http));
  }

  /** Takes a connection back whose exchange is over; closes it when it cannot serve again. */
  void release(Connection connection) {
    ArrayDeque<Connection> waiting =
        resting.computeIfAbsent(connection.endpoint(), _ -> new ArrayDeque<>());
    if (connection.isUsable() && waiting.size() < maxRestingPerEndpoint && count < MAX_RESTING) {
      connection.rest(System.nanoTime());
      waiting.addLast(connection);
      count++;
    } else {
      connection.close();
    }
  }

  /** Closes what has rested for too long. */
  void sweep(long nowNanos) {
    for (Iterator<ArrayDeque<Connection>> all = resting.values().iterator(); all.hasNext(); ) {
      ArrayDeque<Connection> waiting = all.next();
      while (!waiting.isEmpty() && isStale(waiting.getFirst(), nowNanos)) {
        waiting.removeFirst().close();
        count--;
      }
      if (waiting.isEmpty()) {
        all.remove();
      }
    }
  }

  private static boolean isStale(Connection connection, long nowNanos) {
    return !connection.isUsable() || nowNanos - connection.idleSinceNanos() > REST_NANOS;
  }

  Future<Void> close() {
    resting.clear();
    count = 0;
    return client.close();
  }
}
