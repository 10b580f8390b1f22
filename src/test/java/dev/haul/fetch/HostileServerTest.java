package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server can send to keep a worker busy, or to fill its memory. */
class HostileServerTest extends OnBothPaths {
  private static final String HEAD = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";

  private final Promise<Void> closed = Promise.promise();

  /** Begins an answer with one text and goes on with another for as long as somebody reads. */
  private String endless(String first, String more) {
    return bench.serveSocket(socket ->
        socket
            .closeHandler(_ -> closed.tryComplete())
            .handler(_ -> {
              var _ = socket.write(first);
              repeat(socket, Buffer.buffer(more.repeat(Math.max(1, 10_000 / more.length()))));
            }));
  }

  private static void repeat(NetSocket socket, Buffer piece) {
    socket.write(piece).onSuccess(_ -> repeat(socket, piece));
  }

  /** The first row's text goes on in the second without end. */
  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "HTTP/1.1 200 ,O",
        "HTTP/1.1 200 OK~,X: y~",
        "HTTP/1.1 200 OK~X: ,y",
        "HTTP/1.1 200 OK~,X",
        "HTTP/1.1 200 OK~X: y~, y~",
        "'','HTTP/1.1 100 Continue~~'",
        "'','HTTP/1.1 103 Early Hints~Link: </a>~~'",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5;x=,y",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~,5",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~0~,X: y~",
        "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~0~X: ,y"
      })
  void a_head_a_chunk_or_a_trailer_without_end_is_refused(String first, String more) {
    String origin = endless(first.replace("~", "\r\n"), more.replace("~", "\r\n"));

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.BAD_RESPONSE);
    bench.await(closed.future());
  }

  @Test
  void a_body_without_end_is_cut_at_the_largest_size() {
    bench.maxBytes = 1_000_000;

    assertThat(bench.failure(endless(HEAD + "\r\n", "x")).code()).isEqualTo(ErrorCode.TOO_LARGE);
    bench.await(closed.future());
  }

  @Test
  void chunks_with_extensions_are_read_without_them() {
    String origin =
        bench.serveRaw(false, CHUNKED + "5;a=b;c=\"d\"\r\nhello\r\n0;e\r\nX: y\r\n\r\n");

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffffffffffffffff", "80000000", "-5", "+5", "0x5", ""})
  void a_chunk_of_a_size_that_cannot_be_is_refused(String size) {
    String origin = bench.serveRaw(true, CHUNKED + size + "\r\nhello\r\n0\r\n\r\n");

    assertThat(bench.failure(origin).code()).isIn(ErrorCode.BAD_RESPONSE, ErrorCode.INTERRUPTED);
  }

  @Test
  void a_head_that_comes_byte_by_byte_has_stalled() {
    bench.firstByteTimeout = Duration.ofMillis(300);
    String origin =
        bench.serveSocket(socket ->
            socket.handler(_ -> {
              var _ = socket.write(HEAD);
              long timer = bench.vertx.setPeriodic(20, _ -> socket.write("X"));
              socket.closeHandler(_ -> {
                bench.vertx.cancelTimer(timer);
                closed.tryComplete();
              });
            }));

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.STALLED);
    bench.await(closed.future());
  }

  @Test
  void a_byte_now_and_then_is_a_stall_although_something_comes() {
    bench.minSpeed = 100;
    bench.minSpeedWindow = Duration.ofMillis(500);
    String origin =
        bench.serveSocket(socket ->
            socket.handler(_ -> {
              var _ = socket.write(HEAD + "Content-Length: 1000000\r\n\r\n");
              long timer = bench.vertx.setPeriodic(100, _ -> socket.write("x"));
              socket.closeHandler(_ -> {
                bench.vertx.cancelTimer(timer);
                closed.tryComplete();
              });
            }));

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.STALLED);
    bench.await(closed.future());
  }
}
