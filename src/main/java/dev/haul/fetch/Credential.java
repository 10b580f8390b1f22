package dev.haul.fetch;

import dev.haul.fetch.CredentialSettings.Kind;
import dev.haul.job.InvalidField;
import dev.haul.job.SourceUrl;
import dev.haul.policy.Media;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A secret, the header that carries it, and the origins that may have it. Event loops read it while
 * another thread renews it. Not a record, so that nothing prints the secret.
 */
final class Credential {
  /** What a header may hold; no secret can smuggle another one in (RFC 9110 §5.5). */
  private static final Pattern VALUE =
      Pattern.compile("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?");

  private static final Pattern PASSWORD = Pattern.compile("[^\\p{Cntrl}]+");

  private final String name;
  private final CredentialSettings settings;
  private final SecretSource source;
  private final Set<String> origins;
  private volatile String value;

  /**
   * @throws InvalidField naming the key when there is no secret, or one that cannot be sent
   */
  Credential(String name, CredentialSettings settings, SecretSource source) {
    this.name = name;
    this.settings = settings;
    this.source = source;
    this.origins = Set.copyOf(settings.origins());
    this.value = carried(source.read());
  }

  String name() {
    return name;
  }

  boolean isFor(SourceUrl url) {
    String origin = url.origin();
    return origins.contains(origin) || origins.stream().anyMatch(it -> isBelow(origin, it));
  }

  private static boolean isBelow(String origin, String family) {
    int star = family.indexOf(CredentialSettings.ANY_BELOW);
    return star >= 0
        && origin.startsWith(family.substring(0, star) + "://")
        && origin.endsWith(family.substring(star + CredentialSettings.ANY_BELOW.length() - 1));
  }

  String header() {
    return settings.kind() == Kind.HEADER
        ? Objects.requireNonNull(settings.header())
        : "Authorization";
  }

  /** The value of the header: the secret. */
  String value() {
    return value;
  }

  List<Media> contentTypes() {
    return settings.contentTypes();
  }

  /**
   * Reads the secret again; blocks.
   *
   * @throws InvalidField as the constructor does; then the last secret stays
   */
  void renew() {
    value = carried(source.read());
  }

  /**
   * Reads the secret again because a server refused it, unless there is another by now; blocks.
   *
   * @param refused what {@link #value} was
   * @throws InvalidField as the constructor does; then the last secret stays
   */
  void renewAfter(String refused) {
    if (value.equals(refused)) {
      value = carried(source.readAfter(refused.substring(refused.indexOf(' ') + 1)));
    }
  }

  private String carried(String secret) {
    boolean isPassword = settings.kind() == Kind.BASIC;
    if (!(isPassword ? PASSWORD : VALUE).matcher(secret).matches()) {
      throw new InvalidField(
          source.key(),
          isPassword
              ? "must hold a secret without line breaks and other control characters"
              : "must hold a secret of printable ASCII characters, without line breaks and without"
                  + " spaces around it");
    }
    return switch (settings.kind()) {
      case BASIC -> "Basic " + base64(settings.user() + ":" + secret);
      case BEARER, ZOOM -> "Bearer " + secret;
      case HEADER -> secret;
    };
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "credentials '" + name + "'";
  }
}
