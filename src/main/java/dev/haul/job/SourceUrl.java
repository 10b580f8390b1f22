package dev.haul.job;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An http or https URL of a file: absolute, with a host, without user info, at most 8192
 * characters. A fragment is dropped. Its {@link #toString} is {@link #redacted}, so that a URL that
 * slips into a message shows no query.
 */
public final class SourceUrl {
  private static final int MAX_LENGTH = 8192;

  /**
   * A name or an address, and a port. Not {@link URI#getHost}, which knows no name with an
   * underscore although buckets have them.
   */
  private static final Pattern AUTHORITY =
      Pattern.compile("([A-Za-z0-9_][A-Za-z0-9._-]{0,252}|\\[[0-9A-Fa-f:.]+])(:[0-9]{0,6})?");

  private static final String PASTED = " \"<>\\^`{|}";
  private static final String PASTED_IN_PATH = PASTED + "[]";

  // One string and where its parts begin: jobs that wait hold many of these, of up to 8 KiB each.
  private final String text;
  private final int authority;
  private final int path;
  private final int query;

  private SourceUrl(URI uri) {
    String scheme = uri.getScheme();
    if (scheme == null) {
      throw new InvalidField("url", "must be absolute, with a scheme and a host");
    }
    if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
      throw new InvalidField("url", scheme, "must have the scheme http or https");
    }
    String named = uri.getRawAuthority();
    if (named == null) {
      throw new InvalidField("url", "must have a host");
    }
    if (named.indexOf('@') >= 0) {
      throw new InvalidField("url", "must not hold user info: use credentials");
    }
    if (!AUTHORITY.matcher(named).matches()) {
      throw new InvalidField("url", named, "must have a valid host and port");
    }
    int port = port(named);
    if (port == 0 || port > 65535) {
      throw new InvalidField("url", port, "must have a port from 1 to 65535");
    }
    String whole = uri.toString();
    this.text = uri.getRawFragment() == null ? whole : whole.substring(0, whole.indexOf('#'));
    this.authority = scheme.length() + "://".length();
    this.path = authority + named.length();
    int mark = text.indexOf('?', path);
    this.query = mark < 0 ? text.length() : mark;
  }

  /**
   * Parses a URL; characters that RFC 3986 does not allow but people paste (spaces, braces, bars,
   * letters beyond ASCII) are percent-encoded, but a percent sign never is.
   *
   * @throws InvalidField naming the rule that the URL breaks; the message holds no query
   */
  public static SourceUrl parse(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      throw new InvalidField("url", text.length(), "must have 1 to 8192 characters");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidField("url", "must not hold control characters");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new InvalidField("url", "must be well-formed Unicode");
    }
    try {
      return new SourceUrl(new URI(encoded(text)));
    } catch (URISyntaxException e) {
      throw new InvalidField("url", "must be a URL (RFC 3986): " + e.getReason());
    }
  }

  private static String encoded(String text) {
    int scheme = text.indexOf("://");
    int host = scheme < 0 ? 0 : scheme + 3;
    int path = host;
    while (path < text.length() && "/?#".indexOf(text.charAt(path)) < 0) {
      path++;
    }
    int query = text.indexOf('?', path);
    int pathEnd = query < 0 ? text.length() : query;
    return text.substring(0, host)
        + inAscii(text.substring(host, path))
        + encoded(text.substring(path, pathEnd), PASTED_IN_PATH)
        + encoded(text.substring(pathEnd), PASTED);
  }

  /** Turns a name in letters beyond ASCII into the one that DNS knows (RFC 3490). */
  private static String inAscii(String authority) {
    if (authority.indexOf('@') >= 0 || authority.chars().allMatch(c -> c < 0x80)) {
      return authority;
    }
    int colon = authority.lastIndexOf(':');
    int end = colon < 0 ? authority.length() : colon;
    try {
      String ascii = IDN.toASCII(authority.substring(0, end)) + authority.substring(end);
      // Some letters turn into several, and ℀ into a/c, where another host would end.
      if (AUTHORITY.matcher(ascii).matches()) {
        return ascii;
      }
    } catch (IllegalArgumentException e) {
      // Refused as below.
    }
    throw new InvalidField("url", authority, "must have a valid host and port");
  }

  private static String encoded(String part, String pasted) {
    var encoded = new StringBuilder(part.length() + 16);
    for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
      if (b < 0 || pasted.indexOf(b) >= 0) {
        encoded.append("%%%02X".formatted(b));
      } else {
        encoded.append((char) b);
      }
    }
    return encoded.toString();
  }

  /** All of it, with the query, which may hold secrets. */
  public String text() {
    return text;
  }

  public boolean isHttps() {
    return text.regionMatches(true, 0, "https:", 0, "https:".length());
  }

  private String authority() {
    return text.substring(authority, path);
  }

  /** The host in lower case; an IPv6 address keeps its brackets. */
  public String host() {
    String named = authority();
    int colon = named.lastIndexOf(':');
    boolean hasPort = colon > named.lastIndexOf(']') && colon >= 0;
    return (hasPort ? named.substring(0, colon) : named).toLowerCase(Locale.ROOT);
  }

  /** Whether the URL names no port, not even an empty one. */
  public boolean isPortless() {
    return host().length() == path - authority;
  }

  public int port() {
    int port = port(authority());
    return port > 0 ? port : isHttps() ? 443 : 80;
  }

  /** The port that an authority names; -1 for none, or for an empty one. */
  private static int port(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']') && colon < authority.length() - 1;
    return hasPort && colon >= 0 ? Integer.parseInt(authority.substring(colon + 1)) : -1;
  }

  private String scheme() {
    return isHttps() ? "https" : "http";
  }

  /** Scheme, host and port (RFC 6454): what caller headers and credentials are bound to. */
  public String origin() {
    return scheme() + "://" + host() + ":" + port();
  }

  /** Path and query as they go into the request line. */
  public String requestTarget() {
    String target = text.substring(path);
    return query == path ? "/" + target : target;
  }

  /** The path without percent signs. */
  public String decodedPath() {
    return URI.create(text.substring(0, query)).getPath();
  }

  /** The URL without its query, for events, logs and messages. */
  public String redacted() {
    int number = port(authority());
    String port = number > 0 ? ":" + number : "";
    return scheme() + "://" + host() + port + text.substring(path, query);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SourceUrl url && text.equals(url.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return redacted();
  }
}
