package dev.haul.fetch;

import io.vertx.core.http.HttpClientConnection;

/** A connection to an endpoint; belongs to one event loop. */
sealed interface Connection permits Http1Connection, Http2Connection {
  Endpoint endpoint();

  HttpClientConnection http();

  /** Whether it has carried an exchange before, so that the server may be about to close it. */
  boolean isReused();

  /** Whether another exchange may begin. */
  boolean isUsable();

  void close();
}
