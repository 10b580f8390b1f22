package dev.haul.admin;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sends what is going on to those who watch, once a second, as server-sent events (WHATWG HTML
 * §9.2). It is written once for all; who does not read in time misses some. Belongs to one event
 * loop.
 */
final class LiveStream {
  static final String TYPE = "text/event-stream";

  private static final long PERIOD_MILLIS = 1_000;
  private static final int MOST = 64;

  private final Vertx vertx;
  private final Supplier<JsonObject> picture;
  private final Set<HttpServerResponse> watchers = new HashSet<>();
  private long timer = -1;

  LiveStream(Vertx vertx, Supplier<JsonObject> picture) {
    this.vertx = vertx;
    this.picture = picture;
  }

  /** Takes a watcher until he goes; false when there are too many. */
  boolean add(HttpServerResponse watcher) {
    if (watchers.size() >= MOST) {
      return false;
    }
    watcher.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, TYPE);
    watcher.closeHandler(_ -> remove(watcher));
    watcher.exceptionHandler(_ -> remove(watcher));
    watchers.add(watcher);
    send(watcher, text());
    if (timer < 0) {
      timer = vertx.setPeriodic(PERIOD_MILLIS, _ -> sendAll());
    }
    return true;
  }

  private void sendAll() {
    String text = text();
    for (HttpServerResponse watcher : List.copyOf(watchers)) {
      if (!watcher.writeQueueFull()) {
        send(watcher, text);
      }
    }
  }

  private String text() {
    return "event: picture\ndata: " + picture.get().encode() + "\n\n";
  }

  private void send(HttpServerResponse watcher, String text) {
    watcher.write(text).onFailure(_ -> remove(watcher));
  }

  private void remove(HttpServerResponse watcher) {
    watchers.remove(watcher);
    if (watchers.isEmpty()) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }
}
