package dev.haul.policy;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolves a {@code Location} against the URL that sent it (RFC 3986 §5.2), on text: {@link
 * URI#resolve} loses the last segment before a lone query and keeps leading {@code ..} segments.
 */
final class RedirectLocation {
  /** RFC 3986, appendix B. */
  private static final Pattern PARTS =
      Pattern.compile("(?:([^:/?#]+):)?(//[^/?#]*)?([^?#]*)(\\?[^#]*)?(?:#.*)?", Pattern.DOTALL);

  private RedirectLocation() {}

  static String resolve(URI base, String location) {
    Matcher parts = PARTS.matcher(location);
    if (!parts.matches() || parts.group(1) != null) {
      return location;
    }
    String authority = parts.group(2);
    String path = parts.group(3);
    String query = parts.group(4) == null ? "" : parts.group(4);
    String scheme = base.getScheme() + ":";
    if (authority != null) {
      return scheme + authority + withoutDots(path) + query;
    }
    String origin = scheme + "//" + base.getRawAuthority();
    String basePath = base.getRawPath();
    if (path.isEmpty()) {
      String baseQuery = base.getRawQuery() == null ? "" : "?" + base.getRawQuery();
      return origin + basePath + (parts.group(4) == null ? baseQuery : query);
    }
    String merged =
        path.startsWith("/")
            ? path
            : basePath.isEmpty()
                ? "/" + path
                : basePath.substring(0, basePath.lastIndexOf('/') + 1) + path;
    return origin + withoutDots(merged) + query;
  }

  /** Removes the segments {@code .} and {@code ..} of an absolute path (RFC 3986 §5.2.4). */
  private static String withoutDots(String path) {
    var output = new StringBuilder(path.length());
    int at = 0;
    while (at < path.length()) {
      int slash = path.indexOf('/', at + 1);
      int end = slash < 0 ? path.length() : slash;
      String segment = path.substring(at, end);
      boolean last = slash < 0;
      switch (segment) {
        case "/." -> output.append(last ? "/" : "");
        case "/.." -> {
          output.setLength(Math.max(0, output.lastIndexOf("/")));
          output.append(last ? "/" : "");
        }
        default -> output.append(segment);
      }
      at = end;
    }
    return output.toString();
  }
}
