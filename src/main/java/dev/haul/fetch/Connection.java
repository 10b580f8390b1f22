package dev.haul.fetch;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;

/** A connection to an endpoint; belongs to one event loop. */
abstract sealed class Connection permits Http1Connection, Http2Connection {
  private final Endpoint endpoint;
  final io.vertx.core.http.impl.HttpClientConnection internal;
  private final HttpClientConnection http;
  private boolean reused;
  private long idleSinceNanos;

  Connection(Endpoint endpoint, io.vertx.core.http.impl.HttpClientConnection internal) {
    this.endpoint = endpoint;
    this.internal = internal;
    this.http = new UnpooledHttpClientConnection(internal);
    // The exchange hears of it too; without a handler Vert.x would log what servers send.
    http.exceptionHandler(_ -> {});
  }

  Endpoint endpoint() {
    return endpoint;
  }

  HttpClientConnection http() {
    return http;
  }

  Channel channel() {
    return internal.channelHandlerContext().channel();
  }

  /** Whether another exchange may begin. */
  abstract boolean isUsable();

  /** An exchange is over. */
  void rest(long nowNanos) {
    reused = true;
    idleSinceNanos = nowNanos;
  }

  /** Whether it has carried an exchange before, so that the server may be about to close it. */
  boolean isReused() {
    return reused;
  }

  long idleSinceNanos() {
    return idleSinceNanos;
  }

  void close() {
    var _ = channel().close();
  }
}
