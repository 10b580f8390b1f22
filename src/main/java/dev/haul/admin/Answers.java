package dev.haul.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The forms of answers, with the headers that all have. */
final class Answers {
  static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);
  static final String PLAIN = "text/plain; charset=utf-8";

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
  private static final String JSON = "application/json";

  /** The page loads its own files, nothing else, and is shown in no frame. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private Answers() {}

  static void secure(HttpServerRequest request) {
    request
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("X-Frame-Options", "DENY")
        .putHeader("Content-Security-Policy", POLICY)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin");
  }

  static void end(HttpServerRequest request, int status, String type, Buffer body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, type)
        .end(body)
        .onFailure(gone -> LOG.debug("{} was not read: {}", request.path(), gone.getMessage()));
  }

  static void text(HttpServerRequest request, int status, String type, String body) {
    end(request, status, type, Buffer.buffer(body));
  }

  static void json(HttpServerRequest request, int status, JsonObject body) {
    text(request, status, JSON, body.encode() + "\n");
  }

  /** An error, with its reason for people. */
  static void problem(HttpServerRequest request, int status, String reason) {
    json(request, status, new JsonObject().put("error", reason));
  }

  static void notAllowed(HttpServerRequest request, String allowed) {
    request.response().putHeader(HttpHeaders.ALLOW, allowed);
    text(request, 405, PLAIN, "method not allowed\n");
  }

  /** Reads a body of bounded length. */
  static void body(HttpServerRequest request, int most, Consumer<String> reader) {
    Buffer all = Buffer.buffer();
    request.handler(chunk -> {
      if (all.length() <= most) {
        all.appendBuffer(chunk);
      }
    });
    request.endHandler(_ -> {
      if (all.length() > most) {
        problem(request, 413, "the body must be at most " + most + " bytes");
      } else {
        reader.accept(all.toString());
      }
    });
  }
}
