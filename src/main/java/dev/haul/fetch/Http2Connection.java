package dev.haul.fetch;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.impl.HttpClientConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/2 connection, shared by several exchanges. Each stream has a window of its own and the
 * connection one as large as all of them together, so that a stream that is not read holds up no
 * other.
 */
final class Http2Connection extends Connection {
  /** More would share the fate, and the congestion window, of one connection. */
  static final int MAX_STREAMS = 16;

  /** What waits for the disk comes on top ({@code store/WriteMemory}). */
  static final int STREAM_WINDOW_BYTES = 320 * 1024;

  /** RFC 9113 §6.7. */
  private static final int PING_BYTES = 8;

  private long limit;
  private int streams;
  private boolean retired;

  /** Whether an answer to a PING is waited for. */
  private boolean doubted;

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

  /** Hears whether anything comes, and goes when something has. */
  private static final class Ear extends ChannelInboundHandlerAdapter {
    private boolean heard;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      heard = true;
      context.fireChannelRead(message);
      context.pipeline().remove(this);
    }
  }

  /**
   * A stream has stalled: a connection by which nothing comes after a PING is closed, as each of
   * its streams would have to find that out by itself. Where the answer is late but others go on,
   * as it is behind what they wait for, they may end.
   */
  void doubt(Duration longest) {
    if (!doubted && isUsable()) {
      doubted = true;
      var ear = new Ear();
      channel().pipeline().addFirst(ear);
      var patience =
          channel()
              .eventLoop()
              .schedule(() -> judge(ear), longest.toMillis(), TimeUnit.MILLISECONDS);
      http()
          .ping(Buffer.buffer(new byte[PING_BYTES]))
          .onSuccess(_ -> {
            doubted = false;
            patience.cancel(false);
          });
    }
  }

  private void judge(Ear ear) {
    if (ear.heard) {
      retire();
    } else {
      close();
    }
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
