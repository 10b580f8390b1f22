package dev.haul.fetch;

import dev.haul.job.InvalidField;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a proxy listens, {@code http://host:port} or {@code socks5://host:port}, with a user before
 * the host where it asks for one; never with a password.
 *
 * @param user null where the proxy asks nobody
 */
public record Proxy(Kind kind, @Nullable String user, String host, int port) {
  /** How a proxy is spoken to. */
  public enum Kind {
    /** RFC 9110 §9.3.6 (CONNECT) and RFC 9112 §3.2.2 (absolute form). */
    HTTP,
    /** RFC 1928 and RFC 1929. */
    SOCKS5
  }

  private static final Pattern FORM =
      Pattern.compile(
          "(http|socks5)://(?:([^:@/\\s\\p{Cntrl}]{1,255})@)?"
              + "([A-Za-z0-9][A-Za-z0-9._-]{0,252}|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})/?",
          Pattern.CASE_INSENSITIVE);

  /**
   * @throws InvalidField with the rule but not the text, which may hold a password
   */
  public static Proxy parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    int port = form.matches() ? Integer.parseInt(form.group(4)) : 0;
    if (port < 1 || port > 65535) {
      throw new InvalidField(
          "fetch.proxy",
          "must be http://host:port or socks5://host:port, with user@ before the host if it asks for"
              + " one; the password is told by fetch.proxy-secret-file or -env");
    }
    return new Proxy(
        Kind.valueOf(form.group(1).toUpperCase(Locale.ROOT)),
        form.group(2),
        form.group(3).toLowerCase(Locale.ROOT),
        port);
  }

  /** In the form of {@link #parse}. */
  @Override
  public String toString() {
    String scheme = kind.name().toLowerCase(Locale.ROOT);
    return scheme + "://" + (user == null ? "" : user + "@") + host + ":" + port;
  }
}
