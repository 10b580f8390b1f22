package dev.haul.fetch;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of a fetcher. While the first connection to a server is being made, the
 * others who want one wait for it, since they may find room on it; a server that turned out not to
 * speak HTTP/2 is remembered, and nobody waits there. Belongs to one event loop.
 */
final class SharedConnections {
  private static final int MAX_REMEMBERED = 1024;

  /** A connection that is being made. */
  private static final class Opening {
    final Future<Connection> connection;
    int waiting = 1;

    Opening(Future<Connection> connection) {
      this.connection = connection;
    }
  }

  private final Opener opener;

  /** By endpoint, the oldest first. */
  private final Map<Endpoint, List<Http2Connection>> open = new HashMap<>();

  private final Map<Endpoint, Opening> openings = new HashMap<>();

  /** Those that speak HTTP/1 only. */
  private final Map<Endpoint, Boolean> unshared =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Endpoint, Boolean> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  SharedConnections(Opener opener) {
    this.opener = opener;
  }

  /** Joins the oldest connection with room, so that the others may end; null when there is none. */
  @Nullable Http2Connection join(Endpoint endpoint) {
    for (Http2Connection connection : open.getOrDefault(endpoint, List.of())) {
      if (connection.hasRoom()) {
        connection.join();
        return connection;
      }
    }
    return null;
  }

  Future<Connection> open(Endpoint endpoint) {
    if (unshared.containsKey(endpoint)) {
      return opener.open(endpoint).onSuccess(this::met);
    }
    Opening running = openings.get(endpoint);
    if (running != null && running.waiting < Http2Connection.MAX_STREAMS) {
      running.waiting++;
      return running.connection.compose(_ -> {
        Http2Connection joined = join(endpoint);
        return joined == null ? open(endpoint) : Future.succeededFuture(joined);
      });
    }
    var opening = new Opening(opener.open(endpoint));
    openings.put(endpoint, opening);
    return opening
        .connection
        .onSuccess(this::met)
        .onComplete(_ -> openings.remove(endpoint, opening));
  }

  private void met(Connection connection) {
    switch (connection) {
      case Http1Connection http1 -> unshared.put(http1.endpoint(), true);
      case Http2Connection http2 -> {
        unshared.remove(http2.endpoint());
        open.computeIfAbsent(http2.endpoint(), _ -> new ArrayList<>(2)).add(http2);
        http2.join();
      }
    }
  }

  void leave(Http2Connection connection) {
    connection.leave(System.nanoTime());
    if (connection.isIdle() && !connection.isUsable()) {
      forget(connection);
    }
  }

  private void forget(Http2Connection connection) {
    List<Http2Connection> others = open.get(connection.endpoint());
    if (others != null && others.remove(connection) && others.isEmpty()) {
      open.remove(connection.endpoint());
    }
    connection.close();
  }

  /** Closes what nobody has used for too long. */
  void sweep(long nowNanos) {
    for (Iterator<List<Http2Connection>> all = open.values().iterator(); all.hasNext(); ) {
      List<Http2Connection> connections = all.next();
      connections.removeIf(connection -> {
        boolean ends =
            connection.isIdle()
                && (!connection.isUsable()
                    || nowNanos - connection.idleSinceNanos() > Connections.REST_NANOS);
        if (ends) {
          connection.close();
        }
        return ends;
      });
      if (connections.isEmpty()) {
        all.remove();
      }
    }
  }
}
