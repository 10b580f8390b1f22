package dev.haul.origin;

import dev.haul.job.InvalidField;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Digests of files, and the headers in which servers tell them. */
final class DigestHeaders {
  /** The names that {@link Parameter#DIGEST} knows. */
  static final List<String> NAMES =
      List.of(
          "repr-digest",
          "content-digest",
          "content-md5",
          "x-amz-checksum-sha256",
          "x-amz-checksum-crc32c",
          "x-goog-hash");

  private static final String SHA256 = "SHA-256";
  private static final String MD5 = "MD5";
  private static final String CRC32C = "CRC32C";
  private static final int MOST_KNOWN = 10_000;

  /** What a digest is of. Requests for one file may come at once. */
  private record Subject(String name, long from, long to, String algorithm) {}

  private final Map<Subject, byte[]> known = new ConcurrentHashMap<>();

  /**
   * @param name tells the source from others
   */
  byte[] sha256(String name, Source source, long size) {
    return digest(new Subject(name, 0, size, SHA256), source);
  }

  /**
   * @param names the headers, by commas
   * @param name tells the source from others
   * @param from first byte of the answer
   * @param wrong tells something else
   * @throws InvalidField when a name is none of {@link #NAMES}
   */
  List<Header> of(
      String names, String name, Source source, long size, long from, long to, boolean wrong) {
    var headers = new ArrayList<Header>();
    for (String header : names.split(",", -1)) {
      boolean ofPart = header.equals("content-digest") || header.equals("content-md5");
      long first = ofPart ? from : 0;
      long end = ofPart ? to : size;
      String value =
          switch (header) {
            case "repr-digest", "content-digest" ->
                "sha-256=:" + base64(name, source, first, end, SHA256, wrong) + ":";
            case "content-md5" -> base64(name, source, first, end, MD5, wrong);
            case "x-amz-checksum-sha256" -> base64(name, source, first, end, SHA256, wrong);
            case "x-amz-checksum-crc32c" -> base64(name, source, first, end, CRC32C, wrong);
            case "x-goog-hash" ->
                "crc32c="
                    + base64(name, source, first, end, CRC32C, wrong)
                    + ",md5="
                    + base64(name, source, first, end, MD5, wrong);
            default -> null;
          };
      headers.add(new Header(header, checked(header, value)));
    }
    return headers;
  }

  private static String checked(String header, @Nullable String value) {
    if (value == null) {
      throw new InvalidField("digest", header, "must be of " + String.join(", ", NAMES));
    }
    return value;
  }

  private String base64(
      String name, Source source, long from, long to, String algorithm, boolean wrong) {
    byte[] digest = digest(new Subject(name, from, to, algorithm), source).clone();
    if (wrong) {
      digest[0] ^= 1;
    }
    return Base64.getEncoder().encodeToString(digest);
  }

  private byte[] digest(Subject subject, Source source) {
    if (known.size() > MOST_KNOWN) {
      known.clear();
    }
    return known.computeIfAbsent(subject, _ -> computed(subject, source));
  }

  private static byte[] computed(Subject subject, Source source) {
    byte[] block = new byte[Content.BLOCK];
    var crc = new CRC32C();
    MessageDigest digest = subject.algorithm().equals(CRC32C) ? null : digest(subject.algorithm());
    for (long at = subject.from(); at < subject.to(); at += block.length) {
      int count = (int) Math.min(block.length, subject.to() - at);
      source.read(at, block, count);
      if (digest == null) {
        crc.update(block, 0, count);
      } else {
        digest.update(block, 0, count);
      }
    }
    return digest == null
        ? ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array()
        : digest.digest();
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256 and MD5", e);
    }
  }
}
