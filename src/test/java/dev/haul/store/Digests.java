package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** Checksums of arrays, computed without the code under test. */
final class Digests {
  private Digests() {}

  static Checksum sha256(byte[] content) {
    return of(Algorithm.SHA256, content);
  }

  static Checksum of(Algorithm algorithm, byte[] content) {
    if (algorithm == Algorithm.CRC32C) {
      var crc = new CRC32C();
      crc.update(content);
      return new Checksum(algorithm, "%08x".formatted(crc.getValue()));
    }
    try {
      byte[] digest = MessageDigest.getInstance(algorithm.jcaName()).digest(content);
      return new Checksum(algorithm, HexFormat.of().formatHex(digest));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
