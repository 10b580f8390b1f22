package dev.haul;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A web server on loopback that remembers who asked. Every path has content of its own, unless a
 * test says how it answers.
 */
final class TestOrigin implements AutoCloseable {

  /** A request as it came; names of headers in lower case. */
  record Request(String path, long nanos, Map<String, String> headers) {}

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Map<String, Handler<HttpServerRequest>> answers = new ConcurrentHashMap<>();
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
  private final int port;
  private final Promise<Void> opened = Promise.promise();
  private volatile Duration delay = Duration.ZERO;
  private volatile int first = Integer.MAX_VALUE;

  TestOrigin() {
    port =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .await()
            .actualPort();
  }

  int port() {
    return port;
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  /** What stands under a path: 1,000 to 1,999 bytes that no other path has. */
  static byte[] content(String path) {
    var random = new Random(path.hashCode());
    byte[] content = new byte[1000 + random.nextInt(1000)];
    random.nextBytes(content);
    return content;
  }

  void on(String path, Handler<HttpServerRequest> answer) {
    answers.put(path, answer);
  }

  void serve(String path, byte[] body) {
    on(path, request -> request.response().end(Buffer.buffer(body)));
  }

  /** Answers a path with half of its content at once, and with the rest when the promise says. */
  Promise<Void> hold(String path) {
    Promise<Void> rest = Promise.promise();
    hold(path, rest.future());
    return rest;
  }

  void hold(String path, Future<Void> rest) {
    byte[] body = content(path);
    int half = body.length / 2;
    on(
        path,
        request -> {
          var response = request.response();
          response.putHeader("Content-Length", "" + body.length);
          response.write(Buffer.buffer(body).slice(0, half));
          rest.onSuccess(_ -> {
            if (!response.closed()) {
              response.end(Buffer.buffer(body).slice(half, body.length));
            }
          });
        });
  }

  /** How long every answer to a path that has no other takes from now on. */
  void delay(Duration delay) {
    this.delay = delay;
  }

  /** Lets only so many requests have their answer at once; the others wait for {@link #open}. */
  void answerOnly(int first) {
    this.first = first;
  }

  void open() {
    first = Integer.MAX_VALUE;
    opened.tryComplete();
  }

  /** How often a path was asked for. */
  int count(String path) {
    return counts.getOrDefault(path, 0);
  }

  /** How often each path was asked for. */
  Map<String, Integer> counts() {
    return Map.copyOf(counts);
  }

  List<Request> requests(String path) {
    List<Request> found = new ArrayList<>(requests);
    found.removeIf(request -> !request.path().equals(path));
    return found;
  }

  private void answer(HttpServerRequest request) {
    String path = request.path();
    counts.merge(path, 1, Integer::sum);
    var headers = new ConcurrentHashMap<String, String>();
    request
        .headers()
        .forEach(
            header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
    requests.add(new Request(path, System.nanoTime(), headers));
    Handler<HttpServerRequest> answer = answers.getOrDefault(path, this::serveContent);
    if (requests.size() <= first) {
      answer.handle(request);
    } else {
      opened.future().onSuccess(_ -> answer.handle(request));
    }
  }

  private void serveContent(HttpServerRequest request) {
    Buffer body = Buffer.buffer(content(request.path()));
    if (delay.isZero()) {
      request.response().end(body);
    } else {
      vertx
          .timer(delay.toMillis(), TimeUnit.MILLISECONDS)
          .onSuccess(_ -> {
            if (!request.response().closed()) {
              request.response().end(body);
            }
          });
    }
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
