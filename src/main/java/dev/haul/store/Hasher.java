package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Computes the checksum of one file, fed in order. */
sealed interface Hasher permits Hasher.Digest, Hasher.Crc, SavedHasher {
  /** Takes in the remaining bytes and leaves none. */
  void update(ByteBuffer bytes);

  /** The checksum of all bytes; ends the hasher. */
  Checksum checksum();

  static Hasher of(Algorithm algorithm) {
    if (algorithm == Algorithm.CRC32C) {
      return new Crc(new CRC32C());
    }
    try {
      return new Digest(algorithm, MessageDigest.getInstance(algorithm.jcaName()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks " + algorithm.jcaName(), e);
    }
  }

  record Digest(Algorithm algorithm, MessageDigest digest) implements Hasher {
    /** For bytes outside the heap: each digest would make such an array of its own. */
    private static final ThreadLocal<byte[]> CHUNK =
        ThreadLocal.withInitial(() -> new byte[4 << 10]);

    @Override
    public void update(ByteBuffer bytes) {
      if (bytes.hasArray()) {
        digest.update(bytes);
        return;
      }
      byte[] chunk = CHUNK.get();
      while (bytes.hasRemaining()) {
        int length = Math.min(bytes.remaining(), chunk.length);
        bytes.get(chunk, 0, length);
        digest.update(chunk, 0, length);
      }
    }

    @Override
    public Checksum checksum() {
      return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
    }
  }

  record Crc(CRC32C crc) implements Hasher {
    @Override
    public void update(ByteBuffer bytes) {
      crc.update(bytes);
    }

    @Override
    public Checksum checksum() {
      return new Checksum(Algorithm.CRC32C, HexFormat.of().toHexDigits((int) crc.getValue()));
    }
  }
}
