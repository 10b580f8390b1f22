package dev.haul.zoom;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.haul.job.InvalidField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Signs receipts with Ed25519 and knows its own signatures again. An Ed25519 signature depends on
 * nothing but key and text (RFC 8032), so making it anew is a check that needs no public key.
 */
public final class ReceiptKey {
  static final String ALGORITHM = "Ed25519";
  private static final String KEY = "zoom.move.key-file";
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private final PrivateKey key;

  private ReceiptKey(PrivateKey key) {
    this.key = key;
  }

  /**
   * Reads the key; blocks.
   *
   * @throws InvalidField when the file holds no Ed25519 key
   */
  public static ReceiptKey read(Path file) {
    try {
      return new ReceiptKey(
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(decoded(file))));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new InvalidField(
          KEY, "must name a file with an Ed25519 key in PEM (openssl genpkey -algorithm ed25519)");
    }
  }

  private static byte[] decoded(Path file) throws IOException {
    Matcher pem = PEM.matcher(Files.readString(file, US_ASCII));
    if (!pem.find()) {
      throw new IOException("no such key");
    }
    return Base64.getMimeDecoder().decode(pem.group(1));
  }

  /** In base64. */
  String sign(byte[] text) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(text);
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 key signs any text", e);
    }
  }

  boolean isSignature(String value, byte[] text) {
    return sign(text).equals(value);
  }
}
