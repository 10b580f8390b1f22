package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.pipeline.FetchResult;
import dev.haul.pipeline.Stop;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http2Test {
  private static final int REFUSED_STREAM = 7;

  @TempDir static Path folder;
  private static TestCertificate certificate = new TestCertificate(Path.of("."), Path.of("."));
  private static LeakedBuffers leaks = new LeakedBuffers();

  private final HttpServerOptions options =
      new HttpServerOptions().setSsl(true).setUseAlpn(true).setPort(0);
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
  private FetchBench bench;

  @BeforeAll
  static void prepare() throws Exception {
    certificate = TestCertificate.create(folder);
    leaks = new LeakedBuffers();
  }

  @AfterAll
  static void noBufferIsLost() throws InterruptedException {
    leaks.assertNone();
  }

  @BeforeEach
  void start() {
    bench = new FetchBench(true);
    bench.tlsTrust = certificate.pem();
    options.setKeyCertOptions(certificate.keyStore());
  }

  @AfterEach
  void stop() {
    bench.close();
  }

  private String serve(Handler<HttpServerRequest> handler) {
    return "https://localhost:"
        + bench.listen(
            options,
            request -> {
              connections.add(request.connection());
              handler.handle(request);
            });
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private Future<FetchResult> begin(String url) {
    return bench.begin(FetchBench.job(url), Future.future(_ -> {}));
  }

  private List<FetchResult> all(List<Future<FetchResult>> results) {
    return results.stream().map(bench::await).toList();
  }

  @ParameterizedTest
  @CsvSource({"true, HTTP_2", "false, HTTP_1_1"})
  void the_server_is_spoken_to_as_it_offers(boolean offered, HttpVersion version) {
    options.setUseAlpn(offered);
    String origin = serve(request -> request.response().end(request.version().name()));

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo(version.name());
  }

  @Test
  void a_worker_that_must_not_does_not() {
    bench.http2 = false;
    String origin = serve(request -> request.response().end(request.version().name()));

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("HTTP_1_1");
  }

  @Test
  void without_tls_there_is_none() {
    String origin = bench.serve(request -> request.response().end(request.version().name()));

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("HTTP_1_1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 * 1024, 5 * 1024 * 1024})
  void a_body_with_and_without_a_length_arrives_as_it_was_sent(int size) {
    byte[] body = random(size);
    String origin =
        serve(request -> {
          if ("/length".equals(request.path())) {
            request.response().putHeader("content-length", String.valueOf(size));
          }
          request.response().end(Buffer.buffer(body));
        });

    assertThat(bench.content(bench.fetch(origin + "/length"))).isEqualTo(body);
    assertThat(bench.content(bench.fetch(origin + "/none"))).isEqualTo(body);
  }

  @Test
  void headers_arrive_and_the_host_is_named() {
    String origin =
        serve(request ->
            request
                .response()
                .putHeader("etag", "\"1\"")
                .end(
                    request.getHeader("x-api-key")
                        + " "
                        + request.getHeader("user-agent")
                        + " "
                        + request.authority()));

    FetchResult result =
        bench.fetch(FetchBench.job(origin, OptionalLong.empty(), Map.of("X-Api-Key", "k")));

    assertThat(bench.content(result))
        .asString()
        .isEqualTo("k haul-test " + origin.substring("https://".length()));
    assertThat(((FetchResult.Fetched) result).etag()).isEqualTo("\"1\"");
  }

  @Test
  void many_at_once_share_a_connection_up_to_its_streams() {
    List<HttpServerResponse> waiting = new CopyOnWriteArrayList<>();
    int count = 2 * Http2Connection.MAX_STREAMS;
    String origin =
        serve(request -> {
          waiting.add(request.response());
          if (waiting.size() == count) {
            waiting.forEach(response -> response.end("x"));
          }
        });

    List<Future<FetchResult>> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(begin(origin + "/" + i));
    }

    assertThat(all(results)).allMatch(FetchResult.Fetched.class::isInstance);
    assertThat(connections).hasSize(2);
  }

  @Test
  void a_server_that_allows_fewer_streams_is_obeyed() {
    options.setInitialSettings(new Http2Settings().setMaxConcurrentStreams(3));
    List<HttpServerResponse> waiting = new CopyOnWriteArrayList<>();
    String origin =
        serve(request -> {
          waiting.add(request.response());
          if (waiting.size() == 6) {
            waiting.forEach(response -> response.end("x"));
          }
        });

    List<Future<FetchResult>> results = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      results.add(begin(origin + "/" + i));
    }

    assertThat(all(results)).allMatch(FetchResult.Fetched.class::isInstance);
    assertThat(connections).hasSize(2);
  }

  @Test
  void requests_one_after_another_share_a_connection() {
    String origin =
        serve(request ->
            request
                .response()
                .setStatusCode("/no".equals(request.path()) ? 404 : 200)
                .end("some text"));

    bench.fetch(origin + "/a");
    bench.fetch(origin + "/no");
    bench.fetch(origin + "/b");

    assertThat(connections).hasSize(1);
  }

  @Test
  void a_stream_that_the_disk_holds_up_holds_up_no_other() {
    byte[] body = random(8 * 1024 * 1024);
    bench.store.holdBytes(64 * 1024);
    String origin =
        serve(request -> {
          if ("/large".equals(request.path())) {
            request.response().putHeader("content-length", String.valueOf(body.length));
            write(request.response(), body, 0);
          } else {
            request.response().end("ok");
          }
        });

    Future<FetchResult> held = begin(origin + "/large");
    awaitFullPart();
    for (int i = 0; i < 20; i++) {
      assertThat(bench.content(bench.fetch(origin + "/small"))).asString().isEqualTo("ok");
    }
    assertThat(held.isComplete()).isFalse();

    while (!held.isComplete()) {
      bench.store.parts().stream().filter(FakePart::isFull).forEach(FakePart::drain);
      Thread.onSpinWait();
    }
    assertThat(bench.content(bench.await(held))).isEqualTo(body);
    assertThat(connections).hasSize(1);
  }

  /** Piece by piece, each when the one before has left. */
  private static void write(HttpServerResponse response, byte[] body, int from) {
    int to = Math.min(body.length, from + 50_000);
    Buffer piece = Buffer.buffer().appendBytes(body, from, to - from);
    if (to == body.length) {
      response.end(piece);
    } else {
      response.write(piece).onSuccess(_ -> write(response, body, to));
    }
  }

  private void awaitFullPart() {
    while (bench.store.parts().stream().noneMatch(FakePart::isFull)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void a_refused_stream_is_asked_for_again_in_the_same_attempt() {
    var requests = new AtomicInteger();
    String origin =
        serve(request -> {
          if (requests.incrementAndGet() <= 2) {
            request.response().reset(REFUSED_STREAM);
          } else {
            request.response().end("ok");
          }
        });

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("ok");
  }

  @Test
  void a_server_that_refuses_every_stream_is_not_asked_for_ever() {
    var requests = new AtomicInteger();
    String origin =
        serve(request -> {
          requests.incrementAndGet();
          request.response().reset(REFUSED_STREAM);
        });

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(requests).hasValueBetween(2, 10);
  }

  @Test
  @SuppressWarnings("deprecation")
  void a_stream_beyond_a_goaway_goes_to_another_connection_and_the_one_before_ends() {
    var requests = new AtomicInteger();
    Promise<Void> goneAway = Promise.promise();
    List<HttpServerResponse> first = new CopyOnWriteArrayList<>();
    String origin =
        serve(request -> {
          switch (requests.incrementAndGet()) {
            case 1 -> {
              first.add(request.response().setChunked(true));
              request.response().write("begin ");
            }
            case 2 -> {
              // The second stream of the first connection is 3: it has not been looked at.
              request.connection().goAway(0, 1);
              goneAway.complete();
            }
            default -> {
              request.response().end("elsewhere");
              first.forEach(response -> response.end("end"));
            }
          }
        });

    Future<FetchResult> before = begin(origin + "/1");
    while (first.isEmpty()) {
      Thread.onSpinWait();
    }
    FetchResult beyond = bench.fetch(origin + "/2");

    assertThat(bench.content(beyond)).asString().isEqualTo("elsewhere");
    assertThat(bench.content(bench.await(before))).asString().isEqualTo("begin end");
    assertThat(connections).hasSize(2);
  }

  @Test
  void a_stream_that_is_reset_in_its_middle_is_an_interruption() {
    String origin =
        serve(request -> {
          var response = request.response().putHeader("content-length", "10");
          response.write("hello").onComplete(_ -> response.reset(2));
        });

    Failure failure = bench.failure(origin + "/f?secret");

    assertThat(failure.code()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(failure.message()).startsWith(origin + "/f: ").doesNotContain("secret");
  }

  @Test
  void a_connection_that_closes_in_the_middle_interrupts_all_its_streams() {
    List<HttpServerResponse> begun = new CopyOnWriteArrayList<>();
    String origin =
        serve(request -> {
          request.response().putHeader("content-length", "10").write("hello");
          begun.add(request.response());
          if (begun.size() == 3) {
            request.connection().close();
          }
        });

    List<Future<FetchResult>> results = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      results.add(begin(origin + "/" + i));
    }

    assertThat(all(results))
        .allSatisfy(
            result -> assertThat(bench.failure(result).code()).isEqualTo(ErrorCode.INTERRUPTED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "helloworld!"})
  void a_body_of_another_length_than_told_is_refused(String body) {
    String origin =
        serve(request -> request.response().putHeader("content-length", "10").end(body));

    assertThat(bench.failure(origin).code()).isIn(ErrorCode.BAD_RESPONSE, ErrorCode.INTERRUPTED);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 6})
  void a_body_without_a_length_that_ends_elsewhere_than_the_job_says_has_another_size(long size) {
    String origin =
        serve(request -> {
          var response = request.response().setChunked(true);
          response.write("hello").onSuccess(_ -> response.end());
        });

    FetchResult result = bench.fetch(FetchBench.job(origin, OptionalLong.of(size), Map.of()));

    assertThat(bench.failure(result).code()).isEqualTo(ErrorCode.SIZE_MISMATCH);
  }

  @Test
  void a_body_beyond_the_largest_size_is_refused_and_the_connection_goes_on() {
    bench.maxBytes = 100_000;
    String origin =
        serve(request ->
            request
                .response()
                .setChunked(true)
                .end(Buffer.buffer(random("/large".equals(request.path()) ? 1_000_000 : 5))));

    assertThat(bench.failure(origin + "/large").code()).isEqualTo(ErrorCode.TOO_LARGE);
    bench.fetch(origin + "/small");

    assertThat(connections).hasSize(1);
  }

  @Test
  void a_server_that_goes_silent_has_stalled_and_its_other_streams_have_not() {
    bench.readTimeout = Duration.ofMillis(300);
    String origin =
        serve(request -> {
          if ("/silent".equals(request.path())) {
            request.response().setChunked(true).write("hello");
          } else {
            request.response().end("ok");
          }
        });

    assertThat(bench.failure(origin + "/silent").code()).isEqualTo(ErrorCode.STALLED);
    bench.fetch(origin + "/other");

    assertThat(connections).hasSize(1);
  }

  @Test
  void a_flood_of_headers_is_refused() {
    String origin =
        serve(request -> {
          for (int i = 0; i < 1000; i++) {
            request.response().putHeader("x-bomb-" + i, "0123456789".repeat(10));
          }
          request.response().end("hello");
        });

    assertThat(bench.failure(origin).code()).isIn(ErrorCode.BAD_RESPONSE, ErrorCode.INTERRUPTED);
  }

  @Test
  void hints_without_an_answer_end() {
    String origin =
        serve(request -> {
          for (int i = 0; i < 100; i++) {
            request.response().writeEarlyHints(HttpHeaders.headers().add("link", "</a>"));
          }
        });

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.BAD_RESPONSE);
  }

  @Test
  void a_long_answer_that_nobody_wants_is_cut_and_the_connection_goes_on() {
    Promise<Void> cut = Promise.promise();
    String origin =
        serve(request -> {
          if ("/no".equals(request.path())) {
            request.response().closeHandler(_ -> cut.tryComplete());
            request.response().setStatusCode(500).end(Buffer.buffer(random(10_000_000)));
          } else {
            request.response().end("ok");
          }
        });

    assertThat(bench.failure(origin + "/no").code()).isEqualTo(ErrorCode.HTTP_STATUS);
    bench.await(cut.future());
    bench.fetch(origin + "/yes");

    assertThat(connections).hasSize(1);
  }

  @Test
  void a_stopped_transfer_ends_its_stream_alone() {
    Promise<Stop> stop = Promise.promise();
    Promise<Void> reset = Promise.promise();
    String origin =
        serve(request -> {
          if ("/endless".equals(request.path())) {
            request.response().exceptionHandler(_ -> reset.tryComplete());
            request.response().setChunked(true).write("hello");
            bench.vertx.setTimer(100, _ -> stop.tryComplete(Stop.CANCEL));
          } else {
            request.response().end("ok");
          }
        });

    FetchResult result =
        bench.await(bench.begin(FetchBench.job(origin + "/endless"), stop.future()));

    assertThat(result).isEqualTo(new FetchResult.Stopped(Stop.CANCEL, 5));
    bench.await(reset.future());
    bench.fetch(origin + "/other");
    assertThat(connections).hasSize(1);
  }

  @Test
  void a_server_that_is_silent_after_the_handshake_is_left() throws Exception {
    bench.connectTimeout = Duration.ofMillis(500);
    Promise<Void> closed = Promise.promise();
    var silent = new NetServerOptions().setSsl(true).setKeyCertOptions(certificate.keyStore());
    silent.getSslOptions().setUseAlpn(true).setApplicationLayerProtocols(List.of("h2"));
    int port =
        bench.await(
            bench
                .vertx
                .createNetServer(silent)
                .connectHandler(socket -> {
                  socket.handler(_ -> {});
                  socket.closeHandler(_ -> closed.tryComplete());
                })
                .listen(0, "127.0.0.1")
                .map(server -> server.actualPort()));
    bench.allowPort(port);

    assertThat(bench.failure("https://localhost:" + port + "/f"))
        .isEqualTo(
            Failure.of(
                ErrorCode.CONNECT,
                "https://localhost:" + port + "/f: connection closed before HTTP/2 began"));
    bench.await(closed.future());
  }

  @Test
  void a_connection_behind_which_nobody_is_any_more_is_left_by_all() {
    bench.connectTimeout = Duration.ofSeconds(1);
    bench.firstByteTimeout = Duration.ofSeconds(3);
    String origin = serve(request -> request.response().end("ok"));
    AtomicBoolean lost = new AtomicBoolean();
    String relay = relay(Integer.parseInt(origin.substring(origin.lastIndexOf(':') + 1)), lost);
    bench.fetch(relay + "/1");
    lost.set(true);

    assertThat(bench.fetch(relay + "/2")).isInstanceOf(FetchResult.Failed.class);
    assertThat(bench.content(bench.fetch(relay + "/3"))).asString().isEqualTo("ok");
  }

  @Test
  void a_connection_by_which_bytes_still_come_is_left_to_its_streams() {
    bench.connectTimeout = Duration.ofMillis(300);
    bench.firstByteTimeout = Duration.ofSeconds(1);
    Promise<Void> end = Promise.promise();
    String origin =
        serve(request -> {
          var response = request.response();
          if ("/slow".equals(request.path())) {
            response.setChunked(true);
            long timer = bench.vertx.setPeriodic(50, _ -> response.write("a"));
            end.future()
                .onSuccess(_ -> {
                  bench.vertx.cancelTimer(timer);
                  response.end("z");
                });
          } else {
            response.end("ok");
          }
        });
    AtomicBoolean deaf = new AtomicBoolean();
    int port = Integer.parseInt(origin.substring(origin.lastIndexOf(':') + 1));
    String relay = relay(port, deaf, new AtomicBoolean());
    Future<FetchResult> slow = bench.begin(FetchBench.job(relay + "/slow"), Future.future(_ -> {}));
    await().until(() -> !bench.store.parts().isEmpty());
    deaf.set(true);

    assertThat(bench.fetch(relay + "/2")).isInstanceOf(FetchResult.Failed.class);
    await()
        .alias("others go another way")
        .until(() -> bench.fetch(relay + "/3") instanceof FetchResult.Fetched);
    end.complete();
    assertThat(bench.content(bench.await(slow))).asString().startsWith("a").endsWith("z");
  }

  private String relay(int port, AtomicBoolean lost) {
    return relay(port, lost, lost);
  }

  /**
   * Goes to a port; the connections that are there lose all that is sent to the server, or by it,
   * once that is lost.
   */
  private String relay(int port, AtomicBoolean deaf, AtomicBoolean mute) {
    NetClient client = bench.vertx.createNetClient();
    int relay =
        bench.await(
            bench
                .vertx
                .createNetServer()
                .connectHandler(socket -> {
                  boolean isNew = deaf.get();
                  socket.pause();
                  client
                      .connect(port, "127.0.0.1")
                      .onSuccess(other -> {
                        other.handler(bytes -> pass(bytes, socket, isNew, mute));
                        socket.handler(bytes -> pass(bytes, other, isNew, deaf));
                        socket.closeHandler(_ -> other.close());
                        socket.resume();
                      });
                })
                .listen(0, "127.0.0.1")
                .map(server -> server.actualPort()));
    bench.allowPort(relay);
    return "https://localhost:" + relay;
  }

  private static void pass(Buffer bytes, NetSocket to, boolean isNew, AtomicBoolean lost) {
    if (isNew || !lost.get()) {
      to.write(bytes);
    }
  }
}
