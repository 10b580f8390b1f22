package dev.haul.job;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules for headers that a job may ask for. Names are tokens and values hold no control
 * character (RFC 9110 §5.1, §5.5), so no header can smuggle another one; what frames the message or
 * belongs to the transfer engine cannot be set.
 */
public final class RequestHeaders {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]{0,4096}");
  private static final int MAX_HEADERS = 64;
  private static final Set<String> RESERVED =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "upgrade",
          "te",
          "trailer",
          "expect",
          "range",
          "if-range",
          "accept-encoding",
          "http2-settings");

  private RequestHeaders() {}

  static void check(Map<String, String> headers) {
    if (headers.size() > MAX_HEADERS) {
      throw new InvalidField("headers", headers.size(), "must be at most 64 entries");
    }
    headers.forEach(RequestHeaders::check);
  }

  /**
   * Checks the name of a header that a setting asks for.
   *
   * @throws InvalidField naming the setting when the name is no token or cannot be set
   */
  public static void checkName(String setting, String name) {
    if (!TOKEN.matcher(name).matches() || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new InvalidField(
          setting, "must be a token (RFC 9110) and none that the transfer engine sets itself");
    }
  }

  private static void check(String name, String value) {
    if (!TOKEN.matcher(name).matches()) {
      throw new InvalidField("headers", name, "must have token names (RFC 9110)");
    }
    String field = "headers." + name;
    if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new InvalidField(field, "must not be set by a job");
    }
    if (!VALUE.matcher(value).matches()) {
      throw new InvalidField(
          field, "must be at most 4096 printable characters of ISO 8859-1, without line breaks");
    }
  }
}
