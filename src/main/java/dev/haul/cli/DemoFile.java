package dev.haul.cli;

import dev.haul.job.Checksum;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * A file that is made up, always the same for the same path.
 *
 * @param bytesPerSecond how fast the origin hands it out
 * @param refusals how often the origin answers 503 first
 */
record DemoFile(String path, long size, long bytesPerSecond, int refusals) {
  static final int BLOCK = 64 * 1024;

  /** What a file hashes to, without a file. */
  Checksum checksum() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest), () -> {});
      return new Checksum(Checksum.Algorithm.SHA256, HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("every JDK has SHA-256, and memory can be written", e);
    }
  }

  /** What happens before each block. */
  interface Pace {
    void keep() throws IOException;
  }

  /** Writes the content block by block. */
  void writeTo(OutputStream out, Pace pace) throws IOException {
    var content = new SplittableRandom(path.hashCode());
    byte[] block = new byte[BLOCK];
    for (long left = size; left > 0; left -= BLOCK) {
      pace.keep();
      content.nextBytes(block);
      out.write(block, 0, (int) Math.min(BLOCK, left));
    }
  }
}
