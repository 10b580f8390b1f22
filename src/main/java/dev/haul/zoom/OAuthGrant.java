package dev.haul.zoom;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Zoom's token endpoint (RFC 6749 with the grant {@code account_credentials}). */
final class OAuthGrant implements TokenGrant {
  private final WebClient client;
  private final ZoomSettings settings;
  private final Map<String, String> environment;

  OAuthGrant(WebClient client, ZoomSettings settings, Map<String, String> environment) {
    this.client = client;
    this.settings = settings;
    this.environment = environment;
  }

  @Override
  public Granted ask(Optional<String> refreshToken) {
    String secret =
        Secret.read(
            "zoom.client-secret-file",
            settings.clientSecretFile(),
            settings.clientSecretEnv(),
            environment);
    MultiMap form = MultiMap.caseInsensitiveMultiMap();
    if (refreshToken.isPresent()) {
      form.set("grant_type", "refresh_token").set("refresh_token", refreshToken.get());
    } else {
      form.set("grant_type", "account_credentials")
          .set("account_id", Objects.requireNonNull(settings.accountId()));
    }
    HttpResponse<Buffer> answer =
        Answers.await(
            client
                .postAbs(settings.oauthUrl())
                .basicAuthentication(Objects.requireNonNull(settings.clientId()), secret)
                .followRedirects(false)
                .timeout(settings.timeout().toMillis())
                .sendForm(form),
            settings.timeout().plusSeconds(5),
            "a token");
    return granted(answer);
  }

  private static Granted granted(HttpResponse<Buffer> answer) {
    JsonNode json = ZoomJson.parse(answer.body());
    if (answer.statusCode() != 200) {
      String reason = json.path("reason").asText(json.path("error").asText(""));
      throw new ZoomRefused(
          answer.statusCode(),
          0,
          "Zoom gives no token: status " + answer.statusCode() + ZoomJson.quoted(reason));
    }
    String token = json.path("access_token").asText("");
    long seconds = json.path("expires_in").asLong(0);
    if (token.isEmpty() || !token.chars().allMatch(c -> c > 0x20 && c < 0x7f) || seconds < 1) {
      throw new ZoomRefused(200, 0, "Zoom gives no token: the answer holds none");
    }
    String refresh = json.path("refresh_token").asText("");
    return new Granted(token, Duration.ofSeconds(seconds), refresh.isEmpty() ? null : refresh);
  }
}
