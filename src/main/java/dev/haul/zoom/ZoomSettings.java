package dev.haul.zoom;

import dev.haul.job.InvalidField;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One account of Zoom and the app that may ask it; keys start with {@code zoom}. Secrets are never
 * among them, only where they are.
 *
 * @param grant how tokens are got
 * @param accountId of {@link Grant#ACCOUNT}
 * @param clientId of the app; null when Zoom is not used
 * @param clientSecretFile holds the app's secret; either this or {@code clientSecretEnv}
 * @param refreshTokenFile of {@link Grant#USER}: holds the refresh token, and is replaced whenever
 *     Zoom gives a new one
 * @param apiUrl base of the API
 * @param oauthUrl where tokens are asked for
 * @param lightPerSecond the account's quota of light requests
 * @param mediumPerSecond the account's quota of medium requests
 * @param timeout for one answer of the API
 * @param attempts for one request, the first included
 */
public record ZoomSettings(
    Grant grant,
    @Nullable String accountId,
    @Nullable String clientId,
    @Nullable Path clientSecretFile,
    @Nullable String clientSecretEnv,
    @Nullable Path refreshTokenFile,
    String apiUrl,
    String oauthUrl,
    int lightPerSecond,
    int mediumPerSecond,
    Duration timeout,
    int attempts,
    WebhookSettings webhook,
    MoveSettings move) {

  /** How tokens are got. */
  public enum Grant {
    /** Server-to-server OAuth. */
    ACCOUNT,
    /** A user who has allowed the app; the refresh token changes with each use. */
    USER
  }

  private static final Pattern ID = Pattern.compile("[\\x21-\\x7e&&[^:]]{1,256}");
  private static final int MAX_RATE = 1000;

  /** With the quotas of Zoom's plan Pro; Business and above have 80 and 60. */
  public static final ZoomSettings DEFAULTS =
      new ZoomSettings(
          Grant.ACCOUNT,
          null,
          null,
          null,
          null,
          null,
          "https://api.zoom.us/v2",
          "https://zoom.us/oauth/token",
          30,
          20,
          Duration.ofSeconds(30),
          8,
          WebhookSettings.DEFAULTS,
          MoveSettings.DEFAULTS);

  /**
   * @throws InvalidField naming the first key that breaks its rule
   */
  public ZoomSettings {
    checkId("zoom.account-id", accountId);
    checkId("zoom.client-id", clientId);
    if (clientSecretFile != null && clientSecretEnv != null) {
      throw new InvalidField(
          "zoom.client-secret-file", "must not be given together with zoom.client-secret-env");
    }
    Secret.checkVariable("zoom.client-secret-env", clientSecretEnv);
    apiUrl = checkUrl("zoom.api-url", apiUrl);
    oauthUrl = checkUrl("zoom.oauth-url", oauthUrl);
    checkRate("zoom.light-per-second", lightPerSecond);
    checkRate("zoom.medium-per-second", mediumPerSecond);
    if (!timeout.isPositive()) {
      throw new InvalidField("zoom.timeout", timeout, "must be above 0");
    }
    if (attempts < 1 || attempts > 100) {
      throw new InvalidField("zoom.attempts", attempts, "must be from 1 to 100");
    }
  }

  /**
   * That an account is named, with all that its grant needs.
   *
   * @throws InvalidField naming the key that is missing
   */
  public void requireAccount() {
    require(clientId != null, "zoom.client-id", "must name the app at Zoom");
    require(
        clientSecretFile != null || clientSecretEnv != null,
        "zoom.client-secret-file",
        "or zoom.client-secret-env must say where the app's secret is");
    switch (grant) {
      case ACCOUNT ->
          require(accountId != null, "zoom.account-id", "must be given for the grant account");
      case USER ->
          require(
              refreshTokenFile != null,
              "zoom.refresh-token-file",
              "must be given for the grant user");
    }
  }

  private static void require(boolean holds, String key, String rule) {
    if (!holds) {
      throw new InvalidField(key, rule);
    }
  }

  private static void checkId(String key, @Nullable String id) {
    require(
        id == null || ID.matcher(id).matches(),
        key,
        "must be 1 to 256 printable characters without colon and space");
  }

  private static String checkUrl(String key, String text) {
    try {
      var url = new URI(text);
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (isHttp && url.getHost() != null && url.getRawQuery() == null) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
      }
    } catch (URISyntaxException e) {
      // Told by the rule below.
    }
    throw new InvalidField(key, text, "must be an http or https URL without a query");
  }

  private static void checkRate(String key, int rate) {
    if (rate < 1 || rate > MAX_RATE) {
      throw new InvalidField(key, rate, "must be from 1 to " + MAX_RATE + " requests a second");
    }
  }
}
