package dev.haul.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Bytes of a part that were written one after the other, and their CRC-32C. */
final class Run {
  private final long from;
  private final CRC32C crc = new CRC32C();
  private long to;

  Run(long from) {
    this.from = from;
    this.to = from;
  }

  long from() {
    return from;
  }

  /** The position after the last byte. */
  long to() {
    return to;
  }

  int crc() {
    return (int) crc.getValue();
  }

  /** Takes in the remaining bytes and leaves them. */
  void add(ByteBuffer bytes) {
    to += bytes.remaining();
    crc.update(bytes.duplicate());
  }

  /** Counts bytes that need no CRC-32C. */
  void skip(long bytes) {
    to += bytes;
  }

  Extent extent() {
    return new Extent(from, to, crc());
  }

  /** A run as the journal tells it. */
  record Extent(long from, long to, int crc) {}
}
