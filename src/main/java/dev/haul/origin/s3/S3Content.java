package dev.haul.origin.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * Bytes that came, in a file.
 *
 * @param md5 hexadecimal
 * @param crc as S3 writes a CRC-32C
 */
public record S3Content(Path file, long bytes, String md5, String crc) {
  private static final int BUFFER = 64 << 10;

  static S3Content write(Path file, InputStream in) throws IOException {
    MessageDigest md5 = digest();
    var crc = new CRC32C();
    long bytes = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        md5.update(buffer, 0, count);
        crc.update(buffer, 0, count);
        out.write(buffer, 0, count);
        bytes += count;
      }
    }
    return new S3Content(
        file, bytes, HexFormat.of().formatHex(md5.digest()), base64((int) crc.getValue()));
  }

  static String base64(int crc) {
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(crc).array();
    return Base64.getEncoder().encodeToString(bytes);
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  void copyTo(OutputStream out) throws IOException {
    Files.copy(file, out);
  }
}
