package dev.haul.store;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Bytes in the buffers into which they were read. */
final class Loose implements Group {
  private final List<ByteBuf> buffers;
  private long position;
  private long size;

  /** Takes over buffers. */
  Loose(long position, List<ByteBuf> buffers) {
    this.position = position;
    this.buffers = buffers;
    for (ByteBuf each : buffers) {
      size += each.readableBytes();
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public long size() {
    return size;
  }

  /** Whether those are the next bytes of the file, and both together are not more than so many. */
  boolean goesOnWith(Loose next, long most) {
    return next.position == position + size && size + next.size <= most;
  }

  /** Takes over what follows. */
  void add(Loose next) {
    buffers.addAll(next.buffers);
    size += next.size;
  }

  /** Gives away the first bytes, as many as the other has room for. */
  void moveTo(ByteBuffer room) {
    for (ByteBuf each : buffers) {
      int length = Math.min(each.readableBytes(), room.remaining());
      int limit = room.limit();
      each.readBytes(room.limit(room.position() + length));
      room.limit(limit);
      position += length;
      size -= length;
    }
  }

  @Override
  public ByteBuffer[] bytes() {
    List<ByteBuffer> all = new ArrayList<>(buffers.size());
    for (ByteBuf buffer : buffers) {
      if (buffer.nioBufferCount() == 1) {
        all.add(buffer.nioBuffer());
      } else {
        all.addAll(List.of(buffer.nioBuffers()));
      }
    }
    return all.toArray(ByteBuffer[]::new);
  }

  @Override
  public void release() {
    buffers.forEach(ByteBuf::release);
  }
}
