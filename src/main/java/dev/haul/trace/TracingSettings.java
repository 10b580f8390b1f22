package dev.haul.trace;

import dev.haul.job.InvalidField;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where spans go.
 *
 * @param endpoint takes OTLP over HTTP, such as {@code http://localhost:4318}; null for no tracing
 * @param oneIn of so many jobs whose publisher has not decided one is followed
 */
public record TracingSettings(@Nullable String endpoint, int oneIn) {
  public static final TracingSettings DEFAULTS = new TracingSettings(null, 1);

  /** Where collectors listen below their address (OTLP 1.0, OTLP/HTTP request). */
  private static final String PATH = "/v1/traces";

  /**
   * @throws InvalidField naming the setting that breaks its rule
   */
  public TracingSettings {
    if (endpoint != null && !isUrl(endpoint)) {
      throw new InvalidField(
          "tracing.endpoint", "must be an http or https URL without user, query and fragment");
    }
    if (oneIn < 1) {
      throw new InvalidField("tracing.one-in", oneIn, "must be at least 1");
    }
  }

  private static boolean isUrl(String text) {
    try {
      URI url = URI.create(text);
      return ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawQuery() == null
          && url.getRawFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  public boolean enabled() {
    return endpoint != null;
  }

  /** The URL that spans are posted to: an address alone means the usual path below it. */
  String url() {
    URI url = URI.create(String.valueOf(endpoint));
    String path = url.getRawPath();
    return path == null || path.isEmpty() || path.equals("/")
        ? url.getScheme() + "://" + url.getRawAuthority() + PATH
        : url.toString();
  }
}
