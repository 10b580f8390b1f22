package dev.haul.fetch;

import io.vertx.core.http.impl.HttpClientConnection;

/** An HTTP/1.1 connection, with the tap through which bodies are taken off it. */
final class Http1Connection extends Connection {
  private final BodyTap tap = new BodyTap();

  Http1Connection(Endpoint endpoint, HttpClientConnection internal) {
    super(endpoint, internal);
    internal.evictionHandler(_ -> {});
    channel().pipeline().addBefore("handler", "haul-body", tap);
  }

  BodyTap tap() {
    return tap;
  }

  @Override
  boolean isUsable() {
    return channel().isActive() && internal.isValid();
  }
}
