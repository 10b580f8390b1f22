package dev.haul.job;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * An http or https URL of a file: absolute, with a host, without user info, at most 8192
 * characters. A fragment is dropped. Its {@link #toString} is {@link #redacted}, so that a URL that
 * slips into a message shows no query.
 */
public record SourceUrl(URI uri) {
  private static final int MAX_LENGTH = 8192;

  /**
   * @throws InvalidField naming the rule that the URL breaks; the message holds no query
   */
  public SourceUrl {
    String scheme = uri.getScheme();
    if (scheme == null) {
      throw new InvalidField("url", "must be absolute, with a scheme and a host");
    }
    if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
      throw new InvalidField("url", scheme, "must have the scheme http or https");
    }
    if (uri.getHost() == null || uri.getHost().isEmpty()) {
      throw new InvalidField("url", "must have a host");
    }
    if (uri.getRawUserInfo() != null) {
      throw new InvalidField("url", "must not hold user info: use credentials");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      throw new InvalidField("url", uri.getPort(), "must have a port from 1 to 65535");
    }
    if (uri.getRawFragment() != null) {
      String text = uri.toString();
      uri = URI.create(text.substring(0, text.indexOf('#')));
    }
  }

  /**
   * Parses a URL; characters that RFC 3986 does not allow but people paste (spaces, braces, bars,
   * letters beyond ASCII) are percent-encoded.
   *
   * @throws InvalidField as the constructor does
   */
  public static SourceUrl parse(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      throw new InvalidField("url", text.length(), "must have 1 to 8192 characters");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidField("url", "must not hold control characters");
    }
    try {
      return new SourceUrl(new URI(encoded(text)));
    } catch (URISyntaxException e) {
      throw new InvalidField("url", "must be a URL (RFC 3986): " + e.getReason());
    }
  }

  private static String encoded(String text) throws URISyntaxException {
    var encoded = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`'
          || c == '{' || c == '|' || c == '}') {
        encoded.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
      } else {
        encoded.append(c);
      }
    }
    return new URI(encoded.toString()).toASCIIString();
  }

  public boolean isHttps() {
    return uri.getScheme().equalsIgnoreCase("https");
  }

  /** The host in lower case; an IPv6 address keeps its brackets. */
  public String host() {
    return uri.getHost().toLowerCase(Locale.ROOT);
  }

  public int port() {
    return uri.getPort() > 0 ? uri.getPort() : isHttps() ? 443 : 80;
  }

  /** Scheme, host and port (RFC 6454): what caller headers and credentials are bound to. */
  public String origin() {
    return uri.getScheme().toLowerCase(Locale.ROOT) + "://" + host() + ":" + port();
  }

  /** Path and query as they go into the request line. */
  public String requestTarget() {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  public String decodedPath() {
    return uri.getPath() == null ? "" : uri.getPath();
  }

  /** The URL without its query, for events, logs and messages. */
  public String redacted() {
    String port = uri.getPort() > 0 ? ":" + uri.getPort() : "";
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    return uri.getScheme().toLowerCase(Locale.ROOT) + "://" + host() + port + path;
  }

  @Override
  public String toString() {
    return redacted();
  }
}
