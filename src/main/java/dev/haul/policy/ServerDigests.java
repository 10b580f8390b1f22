package dev.haul.policy;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ToldDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the digests that an answer with the whole representation tells: {@code Repr-Digest} and
 * {@code Content-Digest} (RFC 9530), {@code Content-MD5} (RFC 2616 §14.15), {@code
 * x-amz-checksum-*} of S3 and {@code x-goog-hash} of Google Cloud Storage. What is malformed, or of
 * an algorithm that is not supported, tells nothing: a digest is an extra that no server owes.
 */
public final class ServerDigests {
  /** RFC 9530 §5; its SHA-1 is left out, as deprecated there. */
  private static final Map<String, Algorithm> RFC_9530 =
      Map.of(
          "sha-256", Algorithm.SHA256,
          "sha-512", Algorithm.SHA512,
          "md5", Algorithm.MD5,
          "crc32c", Algorithm.CRC32C);

  private static final Map<String, Algorithm> GOOGLE =
      Map.of("md5", Algorithm.MD5, "crc32c", Algorithm.CRC32C);

  private static final Map<String, Algorithm> AMAZON =
      Map.of(
          "x-amz-checksum-sha256", Algorithm.SHA256,
          "x-amz-checksum-sha1", Algorithm.SHA1,
          "x-amz-checksum-crc32c", Algorithm.CRC32C);

  private static final String KEY = "[a-z*][a-z0-9_.*-]*";

  /** A member of a dictionary whose values are byte sequences (RFC 9651 §3.2, §3.3.5). */
  private static final Pattern MEMBER =
      Pattern.compile("(" + KEY + ")=:([A-Za-z0-9+/=]*):(?:[ ]*;[ ]*" + KEY + "(?:=[^,;\"]*)?)*");

  private static final Pattern COMMA = Pattern.compile("[ \t]*,[ \t]*");

  private final Function<String, List<String>> fields;
  private final List<ToldDigest> found = new ArrayList<>();

  private ServerDigests(Function<String, List<String>> fields) {
    this.fields = fields;
  }

  /**
   * @param fields the values of a field of the answer, by its name; names have no case
   */
  public static List<ToldDigest> read(Function<String, List<String>> fields) {
    var digests = new ServerDigests(fields);
    digests.readDictionary("Repr-Digest");
    digests.readDictionary("Content-Digest");
    digests.readOne("Content-MD5", Algorithm.MD5);
    digests.readAmazon();
    digests.readGoogle();
    return List.copyOf(digests.found);
  }

  /** One wrong member makes all of the field worthless; of two with one key the last counts. */
  private void readDictionary(String name) {
    List<String> lines = fields.apply(name);
    if (lines.isEmpty()) {
      return;
    }
    var members = new LinkedHashMap<String, String>();
    for (String text : COMMA.split(String.join(",", lines).strip(), -1)) {
      Matcher member = MEMBER.matcher(text);
      if (!member.matches()) {
        return;
      }
      members.put(member.group(1), member.group(2));
    }
    members.forEach((key, value) -> add(name, RFC_9530.get(key), value));
  }

  private void readOne(String name, Algorithm algorithm) {
    List<String> lines = fields.apply(name);
    if (lines.size() == 1) {
      add(name, algorithm, lines.getFirst().strip());
    }
  }

  /** The checksum of a file uploaded in parts may be one of the parts' checksums. */
  private void readAmazon() {
    boolean composite =
        fields.apply("x-amz-checksum-type").stream().anyMatch("COMPOSITE"::equalsIgnoreCase);
    if (!composite) {
      AMAZON.forEach(this::readOne);
    }
  }

  /** It is of the file as stored, which was compressed when it is unpacked on its way to us. */
  private void readGoogle() {
    boolean unpacked =
        fields.apply("x-goog-stored-content-encoding").stream()
            .anyMatch(coding -> !coding.equalsIgnoreCase("identity"));
    if (unpacked) {
      return;
    }
    for (String line : fields.apply("x-goog-hash")) {
      for (String member : COMMA.split(line.strip(), -1)) {
        int equals = member.indexOf('=');
        if (equals > 0) {
          String key = member.substring(0, equals).toLowerCase(Locale.ROOT);
          add("x-goog-hash", GOOGLE.get(key), member.substring(equals + 1));
        }
      }
    }
  }

  private void add(String header, @Nullable Algorithm algorithm, String base64) {
    if (algorithm == null) {
      return;
    }
    byte[] digest;
    try {
      digest = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return;
    }
    if (digest.length == algorithm.bytes()) {
      found.add(new ToldDigest(header, new Checksum(algorithm, HexFormat.of().formatHex(digest))));
    }
  }
}
