package dev.haul.fetch;

import dev.haul.job.InvalidField;
import dev.haul.job.RequestHeaders;
import dev.haul.job.SourceUrl;
import dev.haul.policy.Media;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings of one entry that jobs name as their {@code credentials}; their keys start with {@code
 * credentials.<name>}. The secret itself is never among them, only where it is.
 *
 * @param user of {@link Kind#BASIC}, null for the others
 * @param header of {@link Kind#HEADER}, null for the others
 * @param secretFile holds the password, token or value; either this or {@code secretEnv} is null
 * @param secretEnv environment variable that holds it
 * @param origins the only ones that the secret is sent to, such as {@code https://example.com};
 *     {@code https://*.example.com} are all hosts below example.com
 * @param contentTypes that their files may have; any if empty
 */
public record CredentialSettings(
    Kind kind,
    @Nullable String user,
    @Nullable String header,
    @Nullable Path secretFile,
    @Nullable String secretEnv,
    List<String> origins,
    List<Media> contentTypes) {

  /** How a secret is sent. */
  public enum Kind {
    /** As a password beside a user (RFC 7617). */
    BASIC,
    /** As a token (RFC 6750). */
    BEARER,
    /** As the value of a header of any name. */
    HEADER,
    /** A token of the account at Zoom that the settings name, renewed before it ends. */
    ZOOM
  }

  /** In an origin: all hosts below the one that follows. */
  static final String ANY_BELOW = "://*.";

  private static final String SECTION = "credentials.<name>.";
  private static final Pattern USER = Pattern.compile("[^:\\p{Cntrl}]{1,256}");

  /** Those that begin with HAUL_ are settings. */
  private static final Pattern VARIABLE = Pattern.compile("(?!HAUL_)[A-Za-z_][A-Za-z0-9_]*");

  /**
   * @throws InvalidField naming the first key that breaks its rule; no message shows a value that
   *     could be a secret by mistake
   */
  public CredentialSettings {
    origins = List.copyOf(origins);
    contentTypes = List.copyOf(contentTypes);
    // The binder has nothing to give where nobody said anything.
    require(kind != null, "kind", "must be basic, bearer, header or zoom");
    requireOnly(kind == Kind.BASIC, user, "user", "basic");
    requireOnly(kind == Kind.HEADER, header, "header", "header");
    require(
        user == null || USER.matcher(user).matches(),
        "user",
        "must be 1 to 256 characters, no colon and no control character among them");
    if (header != null) {
      RequestHeaders.checkName(SECTION + "header", header);
    }
    requireNoSecret(kind == Kind.ZOOM, secretFile, secretEnv);
    require(
        kind == Kind.ZOOM || (secretFile == null) != (secretEnv == null),
        "secret-file",
        "or " + SECTION + "secret-env must be given, and not both");
    require(
        secretEnv == null || VARIABLE.matcher(secretEnv).matches(),
        "secret-env",
        "must name an environment variable that does not begin with HAUL_");
    require(!origins.isEmpty(), "origins", "must name at least one origin");
    origins = origins.stream().map(CredentialSettings::origin).toList();
  }

  /** In the form of {@link SourceUrl#origin}. */
  private static String origin(String text) {
    String rule = "must be origins such as https://example.com or https://example.com:8443";
    try {
      String origin = text.strip();
      boolean isFamily = origin.contains(ANY_BELOW);
      SourceUrl url = SourceUrl.parse(isFamily ? origin.replace(ANY_BELOW, "://any.") : origin);
      if (url.requestTarget().equals("/")
          && (!isFamily || url.host().matches("any(\\.[^.]+){2,}"))) {
        return isFamily ? url.origin().replace("://any.", ANY_BELOW) : url.origin();
      }
    } catch (InvalidField e) {
      // Told by the rule below.
    }
    throw new InvalidField(SECTION + "origins", rule);
  }

  private static void requireNoSecret(
      boolean wanted, @Nullable Path secretFile, @Nullable String secretEnv) {
    require(
        !wanted || (secretFile == null && secretEnv == null),
        "secret-file",
        "and " + SECTION + "secret-env are not for the kind zoom: see zoom.client-secret-file");
  }

  private static void requireOnly(boolean wanted, @Nullable String value, String key, String kind) {
    require(
        wanted == (value != null),
        key,
        wanted ? "must be given for the kind " + kind : "is for the kind " + kind + " only");
  }

  private static void require(boolean holds, String key, String rule) {
    if (!holds) {
      throw new InvalidField(SECTION + key, rule);
    }
  }
}
