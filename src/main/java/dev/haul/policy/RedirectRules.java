package dev.haul.policy;

import dev.haul.job.InvalidField;
import dev.haul.job.SourceUrl;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a redirect is followed (RFC 9110 §15.4): at most {@code maxHops} of them, never
 * twice to the same URL, never from https to http.
 */
public record RedirectRules(int maxHops) {

  /** What to do about a redirect. */
  public sealed interface Decision {
    /**
     * @param crossesOrigin whether caller headers must not go along
     */
    record Follow(SourceUrl url, boolean crossesOrigin) implements Decision {}

    /**
     * @param reason for people; holds no query string
     */
    record Refuse(String reason) implements Decision {}
  }

  /** Whether a status asks to go to another URL by {@code GET}. */
  public static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /**
   * @param from the URL that answered
   * @param location the {@code Location} field, null when there was none
   * @param visited the texts of the URLs asked so far, {@code from} among them
   */
  public Decision decide(SourceUrl from, @Nullable String location, Set<String> visited) {
    if (location == null || location.isBlank()) {
      return new Decision.Refuse("redirect without a Location");
    }
    if (visited.size() > maxHops) {
      return new Decision.Refuse("more than " + maxHops + " redirects");
    }
    SourceUrl url;
    try {
      url = SourceUrl.parse(RedirectLocation.resolve(URI.create(from.text()), location.strip()));
    } catch (InvalidField e) {
      return new Decision.Refuse("redirect to a place that cannot be fetched: " + e.getMessage());
    }
    if (from.isHttps() && !url.isHttps()) {
      return new Decision.Refuse("redirect from https to http");
    }
    if (visited.contains(url.text())) {
      return new Decision.Refuse("redirects go round in a circle at " + url.redacted());
    }
    return new Decision.Follow(url, !url.origin().equals(from.origin()));
  }
}
