package dev.haul.zoom;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.job.Checksum;
import dev.haul.job.InvalidField;
import dev.haul.job.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A receipt as it is read by who wants to see whether it holds.
 *
 * @param state verified, trashed or deleted
 * @param meeting UUID
 * @param files that it vouches for
 */
public record ReceiptCheck(String state, String meeting, List<StoredJob.File> files) {
  public ReceiptCheck {
    files = List.copyOf(files);
  }

  /**
   * Reads a public key; blocks.
   *
   * @param file in PEM, as {@code openssl pkey -pubout} writes it
   * @throws InvalidField when it holds no Ed25519 key
   */
  public static PublicKey publicKey(Path file) {
    try {
      String text =
          Files.readString(file, US_ASCII)
              .replaceAll("-----[A-Z ]+-----", "")
              .replaceAll("\\s", "");
      return KeyFactory.getInstance(ReceiptKey.ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(text)));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new InvalidField("public-key", "must name a file with a public Ed25519 key in PEM");
    }
  }

  /**
   * Reads a receipt.
   *
   * @throws InvalidField when it is none, or not signed with the key
   */
  public static ReceiptCheck read(byte[] text, PublicKey key) {
    try {
      if (ZoomJson.MAPPER.readTree(text) instanceof ObjectNode json
          && json.path("version").asInt() == 1) {
        byte[] signature =
            Base64.getDecoder().decode(json.path("signature").path("value").asText());
        json.remove("signature");
        Signature check = Signature.getInstance(ReceiptKey.ALGORITHM);
        check.initVerify(key);
        check.update(json.toString().getBytes(UTF_8));
        if (!check.verify(signature)) {
          throw new InvalidField("receipt", "must be signed with this key, and is not");
        }
        return new ReceiptCheck(
            json.path("state").asText(), json.path("meeting").path("uuid").asText(), files(json));
      }
    } catch (InvalidField e) {
      throw e;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      // Told below.
    }
    throw new InvalidField("receipt", "must be a receipt of version 1, and is none");
  }

  private static List<StoredJob.File> files(JsonNode json) {
    List<StoredJob.File> files = new ArrayList<>();
    for (JsonNode file : json.path("files")) {
      files.add(
          new StoredJob.File(
              file.path("store").asText(),
              new Target(file.path("target").asText()),
              file.path("bytes").asLong(),
              Checksum.parse(file.path("checksum").asText())));
    }
    return files;
  }
}
