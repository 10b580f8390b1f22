package dev.haul.origin;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request without its body.
 *
 * @param path as it was sent, not decoded
 * @param query null when there is none
 * @param headers by names in lower case; several of one name are joined by commas
 */
record RequestHead(
    String method,
    String path,
    @Nullable String query,
    String version,
    Map<String, String> headers) {
  private static final int LONGEST_LINE = 64 * 1024;
  private static final int MOST_HEADERS = 1000;

  /**
   * Reads the next request of a connection; null at its end.
   *
   * @throws IOException also when it is no HTTP
   */
  static @Nullable RequestHead read(InputStream in) throws IOException {
    String line = line(in);
    if (line == null) {
      return null;
    }
    String[] parts = line.split(" ", -1);
    if (parts.length != 3) {
      throw new IOException("no request line");
    }
    var headers = new LinkedHashMap<String, String>();
    for (int i = 0; i < MOST_HEADERS; i++) {
      String field = line(in);
      if (field == null) {
        throw new IOException("half a request");
      }
      if (field.isEmpty()) {
        return of(parts[0], parts[1], parts[2], headers);
      }
      int colon = field.indexOf(':');
      if (colon < 1) {
        throw new IOException("no header");
      }
      headers.merge(
          field.substring(0, colon).toLowerCase(Locale.ROOT),
          field.substring(colon + 1).strip(),
          (first, second) -> first + ", " + second);
    }
    throw new IOException("too many headers");
  }

  /** A plain request for a path and query. */
  static RequestHead get(String target) {
    return of("GET", target, "HTTP/1.1", Map.of());
  }

  private static RequestHead of(
      String method, String target, String version, Map<String, String> headers) {
    int mark = target.indexOf('?');
    return new RequestHead(
        method,
        mark < 0 ? target : target.substring(0, mark),
        mark < 0 ? null : target.substring(mark + 1),
        version,
        Map.copyOf(headers));
  }

  private static @Nullable String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        int end = line.length() - 1;
        return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
      }
      if (line.length() == LONGEST_LINE) {
        throw new IOException("too long a line");
      }
      line.append((char) c);
    }
    return null;
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  /** Whether the connection ends with the answer. */
  boolean isLast() {
    return version.equals("HTTP/1.0")
        || headers.getOrDefault("connection", "").equalsIgnoreCase("close");
  }

  /** The host that was asked, without a port. */
  String host() {
    String host = headers.getOrDefault("host", "localhost");
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') && colon > 0 ? host.substring(0, colon) : host;
  }

  /** The parameters of the query, decoded, a character for each byte; a plus sign is one. */
  Map<String, String> parameters() {
    var parameters = new LinkedHashMap<String, String>();
    if (query != null && !query.isEmpty()) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        String key = equals < 0 ? pair : pair.substring(0, equals);
        parameters.put(decoded(key), equals < 0 ? "true" : decoded(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
