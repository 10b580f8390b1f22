package dev.haul.job;

import java.util.Locale;

/**
 * A digest of a whole file, written {@code algorithm:hex}.
 *
 * @param hex lower case, of the algorithm's length
 */
public record Checksum(Algorithm algorithm, String hex) {
  /** The algorithms, each with its wire name, JCA name and length in bytes. */
  public enum Algorithm {
    SHA256("sha256", "SHA-256", 32),
    SHA512("sha512", "SHA-512", 64),
    SHA1("sha1", "SHA-1", 20),
    MD5("md5", "MD5", 16),
    /** CRC-32C (Castagnoli, RFC 3385): finds damage, not malice. */
    CRC32C("crc32c", "", 4);

    private final String wireName;
    private final String jcaName;
    private final int bytes;

    Algorithm(String wireName, String jcaName, int bytes) {
      this.wireName = wireName;
      this.jcaName = jcaName;
      this.bytes = bytes;
    }

    public String wireName() {
      return wireName;
    }

    /** Name for {@link java.security.MessageDigest}; empty for {@link #CRC32C}. */
    public String jcaName() {
      return jcaName;
    }
  }

  /**
   * @throws InvalidField when the hex has another length than the algorithm's, or other characters
   */
  public Checksum {
    hex = hex.toLowerCase(Locale.ROOT);
    if (hex.length() != algorithm.bytes * 2 || !hex.chars().allMatch(Checksum::isHexDigit)) {
      throw new InvalidField(
          "checksum",
          algorithm.wireName + ":" + hex,
          "must have " + algorithm.bytes * 2 + " hex digits after " + algorithm.wireName + ":");
    }
  }

  private static boolean isHexDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /**
   * @throws InvalidField when the text is not {@code algorithm:hex}
   */
  public static Checksum parse(String text) {
    int colon = text.indexOf(':');
    if (colon > 0) {
      String name = text.substring(0, colon);
      for (Algorithm algorithm : Algorithm.values()) {
        if (algorithm.wireName.equals(name)) {
          return new Checksum(algorithm, text.substring(colon + 1));
        }
      }
    }
    throw new InvalidField(
        "checksum", text, "must be sha256:, sha512:, sha1:, md5: or crc32c: and hex digits");
  }

  @Override
  public String toString() {
    return algorithm.wireName + ":" + hex;
  }
}
