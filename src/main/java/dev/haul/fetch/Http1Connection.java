package dev.haul.fetch;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;

/** An HTTP/1.1 connection, with the tap through which bodies are taken off it. */
final class Http1Connection implements Connection {
  private final Endpoint endpoint;
  private final io.vertx.core.http.impl.HttpClientConnection internal;
  private final HttpClientConnection http;
  private final BodyTap tap = new BodyTap();
  private boolean reused;
  private long idleSinceNanos;

  Http1Connection(Endpoint endpoint, io.vertx.core.http.impl.HttpClientConnection internal) {
    this.endpoint = endpoint;
    this.internal = internal;
    this.http = new UnpooledHttpClientConnection(internal);
    internal.evictionHandler(_ -> {});
    // The exchange hears of it too; without a handler Vert.x would log what servers send.
    http.exceptionHandler(_ -> {});
    channel().pipeline().addBefore("handler", "haul-body", tap);
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public HttpClientConnection http() {
    return http;
  }

  BodyTap tap() {
    return tap;
  }

  Channel channel() {
    return internal.channelHandlerContext().channel();
  }

  @Override
  public boolean isReused() {
    return reused;
  }

  @Override
  public boolean isUsable() {
    return channel().isActive() && internal.isValid();
  }

  void rest(long nowNanos) {
    reused = true;
    idleSinceNanos = nowNanos;
  }

  long idleSinceNanos() {
    return idleSinceNanos;
  }

  @Override
  public void close() {
    var _ = channel().close();
  }
}
