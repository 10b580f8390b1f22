package dev.haul.zoom.testing;

import dev.haul.zoom.testing.DoubleFile.Fault;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where files come from: a host that wants the bearer sends to a second one that wants it too, for
 * every third file, and then to one with signed URLs that refuses it. Belongs to one thread.
 */
final class DoubleDownloads {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final DoubleAccount account;
  private final DoubleTokens tokens;
  private final DoubleCounts counts;
  private final Set<String> shown = new HashSet<>();

  /** Set once the servers listen. */
  private String webUrl = "";

  private String contentUrl = "";

  DoubleDownloads(DoubleAccount account, DoubleTokens tokens, DoubleCounts counts) {
    this.account = account;
    this.tokens = tokens;
    this.counts = counts;
  }

  void listenAt(String webUrl, String contentUrl) {
    this.webUrl = webUrl;
    this.contentUrl = contentUrl;
  }

  /** Hosts that want the bearer: the one that listings name, and the one that it sends to. */
  void answer(HttpServerRequest request, boolean isFirst) {
    counts.add("download");
    DoubleFile file = account.files().get(last(request));
    if (file == null) {
      DoubleAnswers.html(request, 404, "This recording does not exist");
      return;
    }
    String bearer = DoubleTokens.bearer(request);
    if (bearer == null) {
      counts.add("download without token");
      DoubleAnswers.html(request, 200, "Sign in");
    } else if (!tokens.isGood(bearer)) {
      DoubleAnswers.json(
          request, 401, "{\"status\":false,\"errorCode\":401,\"errorMessage\":\"Forbidden\"}");
    } else if (isFirst(file, Fault.LOGIN_PAGE_ONCE)) {
      counts.add("login page");
      DoubleAnswers.html(request, 200, "Sign in");
    } else if (isFirst(file, Fault.UNAVAILABLE_ONCE)) {
      counts.add("download 503");
      DoubleAnswers.html(request, 503, "Service unavailable");
    } else if (isFirst && file.id().hashCode() % 3 == 0) {
      redirect(request, webUrl + "/rec/download/" + file.id());
    } else {
      redirect(request, contentUrl + "/replay/" + file.id() + "?Signature=" + signature(file));
    }
  }

  private static void redirect(HttpServerRequest request, String location) {
    var _ = request.response().setStatusCode(302).putHeader("Location", location).end();
  }

  /** The host with signed URLs. */
  void content(HttpServerRequest request) {
    counts.add("content");
    DoubleFile file = account.files().get(last(request));
    if (request.getHeader("Authorization") != null) {
      counts.add("token leaked");
      DoubleAnswers.end(request, 400, "Only one auth mechanism allowed");
    } else if (file == null || !signature(file).equals(request.getParam("Signature"))) {
      DoubleAnswers.end(request, 403, "Access denied");
    } else {
      serve(request, file);
    }
  }

  private void serve(HttpServerRequest request, DoubleFile file) {
    byte[] content = file.content();
    HttpServerResponse response = request.response();
    response.putHeader("Content-Type", file.contentType());
    response.putHeader("Accept-Ranges", "bytes");
    response.putHeader("ETag", "\"" + file.id() + "\"");
    if (file.fault() == Fault.TRUNCATED) {
      counts.add("truncated");
      var _ = response.end(Buffer.buffer(content).slice(0, content.length / 2));
      return;
    }
    Matcher range = RANGE.matcher(String.valueOf(request.getHeader("Range")));
    int start = range.matches() ? Integer.parseInt(range.group(1)) : 0;
    int end =
        range.matches() && !range.group(2).isEmpty()
            ? Math.min(content.length, Integer.parseInt(range.group(2)) + 1)
            : content.length;
    if (range.matches() && start < end) {
      response
          .setStatusCode(206)
          .putHeader("Content-Range", "bytes %d-%d/%d".formatted(start, end - 1, content.length));
    } else {
      start = 0;
      end = content.length;
    }
    Buffer body = Buffer.buffer(content).slice(start, end);
    if (isFirst(file, Fault.CUT_ONCE) && body.length() > 1) {
      counts.add("cut");
      response.putHeader("Content-Length", "" + body.length());
      response
          .write(body.slice(0, body.length() / 2))
          .onComplete(_ -> {
            var _ = request.connection().close();
          });
    } else {
      var _ = response.end(body);
    }
  }

  /** Whether a fault shows now, which it does once. */
  private boolean isFirst(DoubleFile file, Fault fault) {
    return file.fault() == fault && shown.add(file.id() + fault);
  }

  private static String signature(DoubleFile file) {
    return Integer.toHexString((file.id() + "signed").hashCode());
  }

  private static @Nullable String last(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
