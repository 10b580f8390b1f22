package dev.haul.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may read and who may change something. Reading is for whoever reaches the port; changing
 * needs the token, and a request that no foreign page can make a browser send.
 */
final class Access {
  /** A header that a form cannot set and that makes a foreign page ask first, which is refused. */
  static final String OWN_PAGE = "X-Haul-Request";

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private final boolean onLoopback;
  private final @Nullable String token;

  /**
   * @param token null when nothing may be changed
   */
  Access(String listeningHost, @Nullable String token) {
    this.onLoopback = LOOPBACK.contains(listeningHost) || listeningHost.equals("::1");
    this.token = token;
  }

  /** Why a request is refused whatever it wants, null when it is not. */
  @Nullable String refusal(HttpServerRequest request) {
    // A name that somebody points to this machine must not let his page read what is here.
    String host = request.authority() == null ? "" : String.valueOf(request.authority().host());
    String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    return onLoopback && !LOOPBACK.contains(name) ? "this host is not served here" : null;
  }

  boolean isReadOnly() {
    return token == null;
  }

  boolean isKnown(HttpServerRequest request) {
    String given = secret(request.getHeader(HttpHeaders.AUTHORIZATION));
    return token != null
        && given != null
        && MessageDigest.isEqual(given.getBytes(UTF_8), token.getBytes(UTF_8));
  }

  /** Whether a page of another origin may have had the browser send this. */
  static boolean mayBeForeign(HttpServerRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    return request.getHeader(OWN_PAGE) == null
        || (site != null && !site.equals("same-origin") && !site.equals("none"));
  }

  /** The token of a bearer, or the password of whatever user. */
  private static @Nullable String secret(@Nullable String header) {
    if (header == null) {
      return null;
    }
    if (header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return header.substring(7).strip();
    }
    if (header.regionMatches(true, 0, "Basic ", 0, 6)) {
      try {
        String both = new String(Base64.getDecoder().decode(header.substring(6).strip()), UTF_8);
        return both.substring(both.indexOf(':') + 1);
      } catch (IllegalArgumentException _) {
        return null;
      }
    }
    return null;
  }
}
