package dev.haul.store;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** Memory that a part of an upload is put together in. */
final class S3Buffer {
  private final List<ByteBuffer> slabs;
  private final long capacity;
  private final CRC32C crc = new CRC32C();
  private long bytes;

  /**
   * @param slabs empty
   * @param capacity bytes that it takes, at most those of the slabs
   */
  S3Buffer(List<ByteBuffer> slabs, long capacity) {
    this.slabs = slabs;
    this.capacity = capacity;
  }

  /**
   * Takes in as much as there is room for.
   *
   * @return what it took, to be read once more
   */
  ByteBuffer take(ByteBuffer input) {
    int slab = (int) (bytes / S3Memory.SLAB);
    ByteBuffer to = slabs.get(slab);
    int count = (int) Math.min(Math.min(input.remaining(), to.remaining()), capacity - bytes);
    ByteBuffer taken = input.slice(input.position(), count);
    to.put(taken.duplicate());
    crc.update(taken.duplicate());
    input.position(input.position() + count);
    bytes += count;
    return taken;
  }

  boolean isFull() {
    return bytes == capacity;
  }

  long bytes() {
    return bytes;
  }

  int crc() {
    return (int) crc.getValue();
  }

  /** What is in it, to be read. */
  List<ByteBuffer> content() {
    return slabs.stream()
        .map(slab -> slab.duplicate().flip())
        .filter(ByteBuffer::hasRemaining)
        .toList();
  }

  static int crc(List<ByteBuffer> content) {
    var crc = new CRC32C();
    content.forEach(each -> crc.update(each.duplicate()));
    return (int) crc.getValue();
  }

  List<ByteBuffer> slabs() {
    return slabs;
  }
}
