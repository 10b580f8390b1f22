package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A hasher whose state can be saved as text and taken up by another process, which those of the JDK
 * cannot. The state is that of whole blocks, so it is saved after a multiple of 128 bytes.
 */
abstract sealed class SavedHasher implements Hasher {
  private static final HexFormat HEX = HexFormat.of();

  private final Algorithm algorithm;

  private SavedHasher(Algorithm algorithm) {
    this.algorithm = algorithm;
  }

  /** A hasher of no bytes. */
  static SavedHasher of(Algorithm algorithm) {
    return switch (algorithm) {
      case SHA256 -> new OfBlocks(algorithm, new Sha256());
      case SHA512 -> new OfBlocks(algorithm, new Sha512());
      case SHA1 -> new OfBlocks(algorithm, new Sha1());
      case MD5 -> new OfBlocks(algorithm, new Md5());
      case CRC32C -> new Crc(algorithm);
    };
  }

  /** Goes on where another one of this algorithm was saved. */
  static SavedHasher of(Algorithm algorithm, String saved) {
    SavedHasher hasher = of(algorithm);
    hasher.restore(ByteBuffer.wrap(HEX.parseHex(saved)));
    return hasher;
  }

  Algorithm algorithm() {
    return algorithm;
  }

  /**
   * Its state, hexadecimal.
   *
   * @throws IllegalStateException when the bytes so far are no multiple of 128
   */
  String save() {
    ByteBuffer state = ByteBuffer.allocate(128);
    save(state);
    return HEX.formatHex(state.array(), 0, state.position());
  }

  abstract void save(ByteBuffer state);

  abstract void restore(ByteBuffer state);

  /** What differs between the digests of the family of MD4. */
  interface Blocks {
    /** Bytes of a block: 64 or 128. */
    int size();

    /** Of the words of the digest, and of the number of bits in the last block. */
    ByteOrder order();

    /** Writes the words of the state. */
    void save(ByteBuffer state);

    void restore(ByteBuffer state);

    /** Takes in one block. */
    void take(byte[] bytes, int offset);
  }

  /** Those whose words have 32 bits. */
  abstract static class IntBlocks implements Blocks {
    /** The state: the digest as it stands after the blocks so far. */
    final int[] h;

    IntBlocks(int... start) {
      this.h = start.clone();
    }

    @Override
    public final int size() {
      return 64;
    }

    @Override
    public final void save(ByteBuffer state) {
      for (int word : h) {
        state.putInt(word);
      }
    }

    @Override
    public final void restore(ByteBuffer state) {
      for (int i = 0; i < h.length; i++) {
        h[i] = state.getInt();
      }
    }
  }

  private static final class OfBlocks extends SavedHasher {
    private static final int CHUNK = 16 << 10;

    private final Blocks blocks;
    private final byte[] chunk = new byte[CHUNK];

    /** Bytes at the beginning of the chunk that are no whole block yet. */
    private int held;

    private long bytes;

    OfBlocks(Algorithm algorithm, Blocks blocks) {
      super(algorithm);
      this.blocks = blocks;
    }

    @Override
    public void update(ByteBuffer input) {
      bytes += input.remaining();
      while (input.hasRemaining()) {
        int count = Math.min(input.remaining(), CHUNK - held);
        input.get(chunk, held, count);
        takeBlocks(held + count);
      }
    }

    private void takeBlocks(int count) {
      int size = blocks.size();
      int offset = 0;
      for (; count - offset >= size; offset += size) {
        blocks.take(chunk, offset);
      }
      held = count - offset;
      System.arraycopy(chunk, offset, chunk, 0, held);
    }

    /** Pads with a 1, zeros and the number of bits (RFC 1321 §3.1, FIPS 180-4 §5.1). */
    @Override
    public Checksum checksum() {
      int size = blocks.size();
      int tail = size / 8;
      int padded = held + 1 + tail <= size ? size : 2 * size;
      Arrays.fill(chunk, held, padded, (byte) 0);
      chunk[held] = (byte) 0x80;
      long bits = bytes * 8;
      for (int i = 0; i < Long.BYTES; i++) {
        int place = blocks.order() == ByteOrder.BIG_ENDIAN ? padded - 1 - i : padded - tail + i;
        chunk[place] = (byte) (bits >>> (8 * i));
      }
      takeBlocks(padded);
      ByteBuffer digest = ByteBuffer.allocate(algorithm().bytes()).order(blocks.order());
      blocks.save(digest);
      return new Checksum(algorithm(), HEX.formatHex(digest.array()));
    }

    @Override
    void save(ByteBuffer state) {
      if (held != 0) {
        throw new IllegalStateException("saved after " + bytes + " bytes");
      }
      state.putLong(bytes);
      blocks.save(state);
    }

    @Override
    void restore(ByteBuffer state) {
      bytes = state.getLong();
      blocks.restore(state);
    }
  }

  private static final class Crc extends SavedHasher {
    private int before;
    private CRC32C after = new CRC32C();
    private long bytesAfter;

    Crc(Algorithm algorithm) {
      super(algorithm);
    }

    @Override
    public void update(ByteBuffer bytes) {
      bytesAfter += bytes.remaining();
      after.update(bytes);
    }

    @Override
    public Checksum checksum() {
      return new Checksum(algorithm(), HEX.toHexDigits(sum()));
    }

    private int sum() {
      return Crc32cSum.of(before, (int) after.getValue(), bytesAfter);
    }

    @Override
    void save(ByteBuffer state) {
      state.putInt(sum());
    }

    @Override
    void restore(ByteBuffer state) {
      before = state.getInt();
    }
  }
}
