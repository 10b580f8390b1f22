package dev.haul.zoom.testing;

import io.vertx.core.http.HttpServerRequest;

/** Answers of the double. Whoever does not wait for one misses nothing. */
final class DoubleAnswers {
  private DoubleAnswers() {}

  static void json(HttpServerRequest request, int status, String body) {
    request.response().putHeader("Content-Type", "application/json;charset=UTF-8");
    end(request, status, body);
  }

  /** Zoom's form of an error. */
  static void error(HttpServerRequest request, int status, int code, String message) {
    json(request, status, "{\"code\":%d,\"message\":\"%s\"}".formatted(code, message));
  }

  static void html(HttpServerRequest request, int status, String title) {
    request.response().putHeader("Content-Type", "text/html;charset=utf-8");
    end(
        request,
        status,
        "<!DOCTYPE html><html><head><title>%s</title></head><body><form></form></body></html>"
            .formatted(title));
  }

  static void end(HttpServerRequest request, int status, String body) {
    var _ = request.response().setStatusCode(status).end(body);
  }
}
