package dev.haul.zoom.testing;

import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The token endpoint of the double, and which tokens are good. Belongs to one thread. */
final class DoubleTokens {
  private final Duration lifetime;
  private final InstantSource clock;
  private final DoubleCounts counts;
  private final Map<String, Instant> good = new HashMap<>();
  private String refreshToken = DoublePlan.REFRESH_TOKEN;
  private int given;

  DoubleTokens(Duration lifetime, InstantSource clock, DoubleCounts counts) {
    this.lifetime = lifetime;
    this.clock = clock;
    this.counts = counts;
  }

  /** Answers a request whose form has been read. */
  void answer(HttpServerRequest request) {
    counts.add("oauth");
    String client = DoublePlan.CLIENT_ID + ":" + DoublePlan.CLIENT_SECRET;
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(client.getBytes(StandardCharsets.US_ASCII));
    if (!basic.equals(request.getHeader("Authorization"))) {
      DoubleAnswers.json(
          request,
          401,
          "{\"reason\":\"Invalid client_id or client_secret\",\"error\":\"invalid_client\"}");
      return;
    }
    switch (parameter(request, "grant_type")) {
      case "account_credentials" -> {
        if (DoublePlan.ACCOUNT_ID.equals(parameter(request, "account_id"))) {
          give(request, "");
        } else {
          refuse(request, "Bad Request", "invalid_request");
        }
      }
      case "refresh_token" -> {
        if (refreshToken.equals(parameter(request, "refresh_token"))) {
          refreshToken = "double-refresh-" + (given + 1);
          give(request, ",\"refresh_token\":\"" + refreshToken + "\"");
        } else {
          refuse(request, "Invalid Token!", "invalid_grant");
        }
      }
      default -> refuse(request, "unsupported grant type", "unsupported_grant_type");
    }
  }

  private void give(HttpServerRequest request, String more) {
    String token = "double-token-" + ++given + "-" + Long.toHexString(System.nanoTime());
    good.put(token, clock.instant().plus(lifetime));
    DoubleAnswers.json(
        request,
        200,
        """
        {"access_token":"%s","token_type":"bearer","expires_in":%d,"scope":"cloud_recording"%s}\
        """
            .formatted(token, lifetime.toSeconds(), more));
  }

  private static void refuse(HttpServerRequest request, String reason, String error) {
    DoubleAnswers.json(
        request, 400, "{\"reason\":\"%s\",\"error\":\"%s\"}".formatted(reason, error));
  }

  private static String parameter(HttpServerRequest request, String name) {
    String inForm = request.formAttributes().get(name);
    String value = inForm == null ? request.getParam(name) : inForm;
    return value == null ? "" : value;
  }

  /** The bearer of a request; null when it has none. */
  static @Nullable String bearer(HttpServerRequest request) {
    String header = request.getHeader("Authorization");
    return header != null && header.startsWith("Bearer ") ? header.substring(7) : null;
  }

  boolean isGood(@Nullable String token) {
    Instant end = token == null ? null : good.get(token);
    return end != null && clock.instant().isBefore(end);
  }

  /** Ends a token before its time, as happens when somebody changes the app. */
  void revoke(String token) {
    good.remove(token);
  }
}
