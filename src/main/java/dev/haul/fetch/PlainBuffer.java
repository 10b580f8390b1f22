package dev.haul.fetch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/** Turns what Vert.x hands over, which is a copy already, into a buffer that counts its owners. */
final class PlainBuffer {
  private PlainBuffer() {}

  static ByteBuf of(Buffer bytes) {
    ByteBuf inner = ((BufferInternal) bytes).getByteBuf();
    return inner.hasArray()
        ? Unpooled.wrappedBuffer(
            inner.array(), inner.arrayOffset() + inner.readerIndex(), inner.readableBytes())
        : Unpooled.wrappedBuffer(bytes.getBytes());
  }
}
