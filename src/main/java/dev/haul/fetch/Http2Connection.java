package dev.haul.fetch;

import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.impl.HttpClientConnection;

/**
 * An HTTP/2 connection, shared by several exchanges. Each stream has a window of its own and the
 * connection one as large as all of them together, so that a stream that is not read holds up no
 * other.
 */
final class Http2Connection extends Connection {
  /** More would share the fate, and the congestion window, of one connection. */
  static final int MAX_STREAMS = 16;

  /** With what waits for the disk, at most 512 KiB of a transfer are in memory. */
  static final int STREAM_WINDOW_BYTES = 320 * 1024;

  private long limit;
  private int streams;
  private boolean retired;

  Http2Connection(Endpoint endpoint, HttpClientConnection internal) {
    super(endpoint, internal);
    this.limit = Math.clamp(internal.concurrency(), 1, MAX_STREAMS);
    internal.concurrencyChangeHandler(most -> limit = Math.clamp(most, 1, limit));
    // Told of a GOAWAY; its own handler would be handed a copy of the debug data, and lose it.
    internal.evictionHandler(_ -> retire());
    http().setWindowSize(MAX_STREAMS * STREAM_WINDOW_BYTES);
  }

  @Override
  boolean isUsable() {
    return !retired && channel().isActive();
  }

  boolean hasRoom() {
    return isUsable() && streams < limit;
  }

  boolean isIdle() {
    return streams == 0;
  }

  void join() {
    streams++;
  }

  void leave(long nowNanos) {
    streams--;
    rest(nowNanos);
  }

  /** Whether the server has said that it did not, and will not, look at a stream. */
  boolean hasPassedOver(long streamId) {
    Http2ConnectionHandler handler = channel().pipeline().get(Http2ConnectionHandler.class);
    return handler != null
        && handler.connection().goAwayReceived()
        && streamId > handler.connection().local().lastStreamKnownByPeer();
  }

  /** The server refused a stream: it carries fewer than it said. */
  void refused() {
    limit = Math.clamp(streams - 1, 1, limit);
  }

  /** No more exchanges begin; those that have may end. */
  void retire() {
    retired = true;
  }
}
