package dev.haul.fetch;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Takes the buffers of a body off an HTTP/1 connection, between the codec and Vert.x, which would
 * copy each of them to the heap. Heads, ends and broken messages go on to Vert.x. Bytes that nobody
 * asked for close the connection, and so do interim answers (1xx) without end.
 */
final class BodyTap extends ChannelInboundHandlerAdapter {
  private @Nullable Http1Exchange exchange;
  private boolean reading;
  private boolean toldEnd;

  void attach(Http1Exchange next) {
    exchange = next;
  }

  void detach() {
    exchange = null;
  }

  boolean hasToldEnd() {
    return toldEnd;
  }

  /** Whether a batch of messages is being delivered, so that more may follow at once. */
  boolean isReading() {
    return reading;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    reading = true;
    Http1Exchange current = exchange;
    if (current == null || current.isOver()) {
      ReferenceCountUtil.release(message);
      var _ = context.channel().close();
    } else if (message instanceof HttpContent content
        && current.takesBuffers()
        && content.decoderResult().isSuccess()) {
      ByteBuf bytes = content.content();
      if (bytes.isReadable()) {
        current.received(bytes);
      } else {
        bytes.release();
      }
      if (message instanceof LastHttpContent && !current.isOver()) {
        context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
      }
    } else if (message instanceof HttpResponse head
        && isInterim(head)
        && current.hasHeardEnough()) {
      ReferenceCountUtil.release(message);
      current.fail(Exchange.tooManyInterim());
    } else {
      context.fireChannelRead(message);
    }
  }

  /** The server has said, in the words of TLS, that nothing follows (close_notify). */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
      toldEnd = true;
    }
    context.fireUserEventTriggered(event);
  }

  private static boolean isInterim(HttpResponse head) {
    return head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    if (exchange != null) {
      exchange.readComplete();
    }
    context.fireChannelReadComplete();
  }
}
