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
    this.value = read();
  }

  String name() {
    return name;
  }

  boolean isFor(SourceUrl url) {
    return origins.contains(url.origin());
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
    value = read();
  }

  private String read() {
    String secret = source.read();
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
      case BEARER -> "Bearer " + secret;
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
