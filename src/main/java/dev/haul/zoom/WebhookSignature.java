package dev.haul.zoom;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The signature of Zoom's events: {@code v0=} and the HMAC-SHA256 of {@code v0:timestamp:body}. For
 * any thread.
 */
final class WebhookSignature {
  /** An event that is older, or newer, may be one that somebody recorded. */
  static final Duration WINDOW = Duration.ofMinutes(5);

  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  WebhookSignature(String secret) {
    key = new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM);
  }

  /** What a signature is worth. */
  enum Verdict {
    GOOD,
    /** A header is missing, or is none. */
    UNSIGNED,
    /** Signed too long ago, or in the future. */
    STALE,
    WRONG
  }

  /**
   * @param timestamp the header {@code x-zm-request-timestamp}, in seconds
   * @param signature the header {@code x-zm-signature}
   */
  Verdict judge(@Nullable String timestamp, @Nullable String signature, byte[] body, Instant now) {
    if (timestamp == null || signature == null || !timestamp.matches("[0-9]{1,12}")) {
      return Verdict.UNSIGNED;
    }
    byte[] told = signature.getBytes(UTF_8);
    if (!MessageDigest.isEqual(told, sign(timestamp, body).getBytes(US_ASCII))) {
      return Verdict.WRONG;
    }
    Instant signed = Instant.ofEpochSecond(Long.parseLong(timestamp));
    return Duration.between(signed, now).abs().compareTo(WINDOW) > 0 ? Verdict.STALE : Verdict.GOOD;
  }

  String sign(String timestamp, byte[] body) {
    Mac mac = mac();
    mac.update(("v0:" + timestamp + ":").getBytes(US_ASCII));
    return "v0=" + HexFormat.of().formatHex(mac.doFinal(body));
  }

  /** The answer to Zoom's question whether this endpoint knows the secret. */
  String encrypted(String plainToken) {
    return HexFormat.of().formatHex(mac().doFinal(plainToken.getBytes(UTF_8)));
  }

  private Mac mac() {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
