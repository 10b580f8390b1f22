package dev.haul.fetch;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;

/** A connection to an endpoint, with the tap through which bodies are taken off it. */
final class Connection {
  private final Endpoint endpoint;
  private final HttpClientConnection http;
  private final io.vertx.core.http.impl.HttpClientConnection internal;
  private final BodyTap tap = new BodyTap();
  private boolean reused;
  private long idleSinceNanos;

  Connection(Endpoint endpoint, HttpClientConnection http) {
    this.endpoint = endpoint;
    this.http = http;
    // The channel is no part of the public interface: the one place that reaches for it.
    this.internal = ((UnpooledHttpClientConnection) http).unwrap();
    // The exchange hears of it too; without a handler Vert.x would log what servers send.
    http.exceptionHandler(_ -> {});
    channel().pipeline().addBefore("handler", "haul-body", tap);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  HttpClientConnection http() {
    return http;
  }

  BodyTap tap() {
    return tap;
  }

  Channel channel() {
    return internal.channelHandlerContext().channel();
  }

  /** Whether it has carried an exchange before, so that the server may be about to close it. */
  boolean isReused() {
    return reused;
  }

  boolean isUsable() {
    return channel().isActive() && internal.isValid();
  }

  void rest(long nowNanos) {
    reused = true;
    idleSinceNanos = nowNanos;
  }

  long idleSinceNanos() {
    return idleSinceNanos;
  }

  void close() {
    var _ = channel().close();
  }
}
