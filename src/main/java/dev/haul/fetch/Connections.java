package dev.haul.fetch;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a fetcher. Those at rest are kept for a while and lent again, the last used
 * first; those of HTTP/2 are lent to several at a time. Belongs to one event loop. How many are in
 * use is bounded by whoever hands out the jobs.
 */
final class Connections {
  /** Shorter than servers wait: a connection that the server closes meanwhile costs a retry. */
  static final long REST_NANOS = Duration.ofSeconds(10).toNanos();

  private static final int MAX_RESTING = 256;

  private final Opener opener;
  private final WayOut wayOut;
  private final int maxRestingPerEndpoint;
  private final Map<Endpoint, ArrayDeque<Http1Connection>> resting = new HashMap<>();
  private final SharedConnections shared;
  private int count;

  Connections(Opener opener, WayOut wayOut, int maxRestingPerEndpoint) {
    this.opener = opener;
    this.wayOut = wayOut;
    this.maxRestingPerEndpoint = maxRestingPerEndpoint;
    this.shared = new SharedConnections(opener);
  }

  /** Lends a connection at rest or one with room, null when there is none. */
  @Nullable Connection take(Endpoint endpoint) {
    if (opener.mayShare(endpoint)) {
      Http2Connection joined = shared.join(endpoint);
      if (joined != null) {
        return joined;
      }
    }
    ArrayDeque<Http1Connection> waiting = resting.get(endpoint);
    while (waiting != null && !waiting.isEmpty()) {
      Http1Connection connection = waiting.removeLast();
      count--;
      if (connection.isUsable()) {
        return connection;
      }
      connection.close();
    }
    return null;
  }

  Future<Connection> open(Endpoint endpoint) {
    return opener.mayShare(endpoint) ? shared.open(endpoint) : opener.open(endpoint);
  }

  /** The headers of a request that goes to the proxy as it is. */
  Map<String, String> forwarded(Map<String, String> headers) {
    String authorization = wayOut.authorization();
    if (authorization == null) {
      return headers;
    }
    var all = new LinkedHashMap<>(headers);
    all.put("Proxy-Authorization", authorization);
    return all;
  }

  /** Takes a connection back whose exchange is over; closes it when it cannot serve again. */
  void release(Connection connection) {
    switch (connection) {
      case Http1Connection http1 -> rest(http1);
      case Http2Connection http2 -> shared.leave(http2);
    }
  }

  private void rest(Http1Connection connection) {
    ArrayDeque<Http1Connection> waiting =
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
    for (Iterator<ArrayDeque<Http1Connection>> all = resting.values().iterator(); all.hasNext(); ) {
      ArrayDeque<Http1Connection> waiting = all.next();
      while (!waiting.isEmpty() && isStale(waiting.getFirst(), nowNanos)) {
        waiting.removeFirst().close();
        count--;
      }
      if (waiting.isEmpty()) {
        all.remove();
      }
    }
    shared.sweep(nowNanos);
  }

  private static boolean isStale(Http1Connection connection, long nowNanos) {
    return !connection.isUsable() || nowNanos - connection.idleSinceNanos() > REST_NANOS;
  }

  Future<Void> close() {
    resting.clear();
    count = 0;
    return opener.close();
  }
}
