package dev.haul.zoom;

import dev.haul.job.InvalidField;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;

/** {@code /metrics}, {@code /health/live} and {@code /health/ready} of a webhook, away from it. */
public final class WebhookPages {
  private WebhookPages() {}

  /**
   * Listens until Vert.x closes.
   *
   * @return the port; fails with {@link InvalidField} when the address cannot be bound
   */
  public static Future<Integer> start(Vertx vertx, String host, int port, Webhook webhook) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> answer(request, webhook))
        .listen(port, host)
        .map(HttpServer::actualPort)
        .recover(cause ->
            Future.failedFuture(
                new InvalidField(
                    "admin.port",
                    port,
                    "must be free on %s (%s)".formatted(host, cause.getMessage()))));
  }

  private static void answer(HttpServerRequest request, Webhook webhook) {
    switch (String.valueOf(request.path())) {
      case "/metrics" -> end(request, 200, "text/plain; version=0.0.4", metrics(webhook));
      case "/health/live" -> end(request, 200, "application/json", "{\"status\":\"UP\"}\n");
      case "/health/ready" ->
          end(
              request,
              webhook.isStoring() ? 200 : 503,
              "application/json",
              webhook.isStoring()
                  ? "{\"status\":\"UP\"}\n"
                  : "{\"status\":\"DOWN\",\"kafka\":\"did not take the jobs of the last event\"}\n");
      default -> end(request, 404, "text/plain", "not found\n");
    }
  }

  private static String metrics(Webhook webhook) {
    var text = new StringBuilder("# TYPE haul_zoom_webhook_events_total counter\n");
    webhook
        .counts()
        .forEach((result, count) ->
            text.append("haul_zoom_webhook_events_total{result=\"")
                .append(result.wireName())
                .append("\"} ")
                .append(count)
                .append('\n'));
    return text.append("# TYPE haul_zoom_webhook_jobs_total counter\n")
        .append("haul_zoom_webhook_jobs_total ")
        .append(webhook.published())
        .append('\n')
        .toString();
  }

  private static void end(HttpServerRequest request, int status, String type, String body) {
    var _ = request.response().setStatusCode(status).putHeader("Content-Type", type).end(body);
  }
}
