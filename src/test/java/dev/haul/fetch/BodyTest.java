package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent;
import dev.haul.pipeline.FetchResult;
import dev.haul.pipeline.Stop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest extends OnBothPaths {
  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 * 1024, 5 * 1024 * 1024})
  void a_body_with_a_length_arrives_as_it_was_sent(int size) {
    byte[] body = random(size);
    String origin =
        bench.serve(request ->
            request
                .response()
                .putHeader("content-type", "video/mp4")
                .putHeader("etag", "\"1\"")
                .end(Buffer.buffer(body)));

    FetchResult result = bench.fetch(origin + "/file?secret=1");

    assertThat(bench.content(result)).isEqualTo(body);
    var fetched = (FetchResult.Fetched) result;
    assertThat(fetched.bytesTransferred()).isEqualTo(size);
    assertThat(fetched.contentType()).isEqualTo("video/mp4");
    assertThat(fetched.etag()).isEqualTo("\"1\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16 * 1024, 5 * 1024 * 1024})
  void a_chunked_body_arrives_as_it_was_sent(int size) {
    byte[] body = random(size);
    String origin =
        bench.serve(request -> {
          var response = request.response().setChunked(true);
          for (int at = 0; at < size; at += 100_000) {
            response.write(Buffer.buffer(body).slice(at, Math.min(size, at + 100_000)));
          }
          response.end();
        });

    assertThat(bench.content(bench.fetch(origin))).isEqualTo(body);
  }

  @Test
  void a_body_that_ends_with_the_connection_arrives() {
    String origin = bench.serveRaw(true, "HTTP/1.1 200 OK\r\n\r\n", "hello");

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("hello");
  }

  @Test
  void early_hints_do_not_disturb_the_answer() {
    String origin =
        bench.serveRaw(
            false,
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Le",
        ""
      })
  void a_connection_that_closes_early_is_an_interruption(String answer) {
    String origin = bench.serveRaw(true, answer);

    Failure failure = bench.failure(origin + "/path?token=secret");

    assertThat(failure.code()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(failure.retryable()).isTrue();
    assertThat(failure.message()).contains(origin + "/path").doesNotContain("secret");
  }

  @Test
  void the_message_of_an_interruption_tells_how_much_came() {
    String origin = bench.serveRaw(true, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");

    FetchResult result = bench.fetch(origin + "/f");

    assertThat(result)
        .isEqualTo(
            new FetchResult.Failed(
                Failure.of(
                    ErrorCode.INTERRUPTED, origin + "/f: connection closed after 5 of 10 bytes"),
                5,
                "127.0.0.1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\n",
        "HTTP/9.9 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "<html>hello</html>\r\n\r\n"
      })
  void an_answer_that_breaks_http_or_was_not_asked_for_is_refused(String answer) {
    String origin = bench.serveRaw(false, answer);

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.BAD_RESPONSE);
  }

  @Test
  void a_flood_of_headers_is_refused() {
    String origin =
        bench.serveRaw(false, "HTTP/1.1 200 OK\r\n", "X-Bomb: 0123456789\r\n".repeat(10_000));

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.BAD_RESPONSE);
  }

  @Test
  void a_length_other_than_the_jobs_size_is_refused_before_a_byte_is_stored() {
    String origin = bench.serve(request -> request.response().end("hello"));

    FetchResult result = bench.fetch(FetchBench.job(origin, OptionalLong.of(6), Map.of()));

    assertThat(bench.failure(result).code()).isEqualTo(ErrorCode.SIZE_MISMATCH);
    assertThat(bench.store.parts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4, 6})
  void a_chunked_body_of_another_size_than_the_jobs_is_refused(long size) {
    String origin = bench.serve(request -> request.response().setChunked(true).end("hello"));

    FetchResult result = bench.fetch(FetchBench.job(origin, OptionalLong.of(size), Map.of()));

    assertThat(bench.failure(result).code()).isEqualTo(ErrorCode.SIZE_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_body_beyond_the_largest_size_is_refused(boolean chunked) {
    bench.maxBytes = 4;
    String origin = bench.serve(request -> request.response().setChunked(chunked).end("hello"));

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.TOO_LARGE);
  }

  @Test
  void bytes_beyond_the_length_never_reach_a_file_nor_the_next_answer() {
    String origin =
        bench.serveRaw(
            false,
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
                + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("hello");
    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("hello");
  }

  @Test
  void a_server_that_goes_silent_has_stalled() {
    bench.readTimeout = Duration.ofMillis(200);
    String origin = bench.serveRaw(false, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.STALLED);
  }

  @Test
  void a_server_that_never_answers_has_stalled() {
    bench.firstByteTimeout = Duration.ofMillis(200);
    String origin = bench.serveRaw(false);

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.STALLED);
  }

  @Test
  void a_drip_below_the_lowest_speed_has_stalled() {
    bench.minSpeed = 1000;
    bench.minSpeedWindow = Duration.ofMillis(500);
    String origin = bench.serve(this::drip);

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.STALLED);
  }

  @Test
  void a_transfer_ends_when_its_time_is_over() {
    bench.totalTimeout = Duration.ofMillis(400);
    String origin = bench.serve(this::drip);

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.DEADLINE);
  }

  private void drip(io.vertx.core.http.HttpServerRequest request) {
    var response = request.response().setChunked(true);
    long timer = bench.vertx.setPeriodic(20, _ -> response.write("x"));
    response.closeHandler(_ -> bench.vertx.cancelTimer(timer));
  }

  @Test
  void progress_is_told_at_the_start_in_between_and_at_the_end() {
    bench.progressInterval = Duration.ofMillis(100);
    String origin =
        bench.serve(request -> {
          var response = request.response().putHeader("content-length", "10");
          response.write("hello");
          bench.vertx.setTimer(500, _ -> response.end("world"));
        });

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("helloworld");

    JobEvent.Progress first = bench.progress.getFirst();
    assertThat(first.bytes()).isZero();
    assertThat(first.totalBytes()).hasValue(10);
    assertThat(first.bytesPerSecond()).isEmpty();
    assertThat(bench.progress.get(1).bytes()).isEqualTo(5);
    assertThat(bench.progress.get(1).etaSeconds()).isPresent();
    assertThat(bench.progress.getLast().bytes()).isEqualTo(10);
    assertThat(bench.progress.getLast().etaSeconds()).hasValue(0);
  }

  @Test
  void a_stopped_transfer_ends_at_once_and_leaves_nothing() {
    Promise<Stop> stop = Promise.promise();
    String origin =
        bench.serveSocket(socket ->
            socket.handler(request -> {
              socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
              bench.vertx.setTimer(100, _ -> stop.tryComplete(Stop.CANCEL));
            }));

    FetchResult result = bench.await(bench.begin(FetchBench.job(origin), stop.future()));

    assertThat(result).isEqualTo(new FetchResult.Stopped(Stop.CANCEL, 5));
    assertThat(bench.store.parts()).singleElement().matches(FakePart::isDiscarded);
  }

  @Test
  void a_full_part_stops_the_reading_until_it_has_room() throws InterruptedException {
    int size = 16 * 1024 * 1024;
    byte[] body = random(size);
    bench.store.holdBytes(128 * 1024);
    String origin = bench.serve(request -> request.response().end(Buffer.buffer(body)));

    Future<FetchResult> result = bench.begin(FetchBench.job(origin), Future.future(_ -> {}));
    FakePart part = firstPart();
    while (!result.isComplete()) {
      if (part.isFull()) {
        part.drain();
      }
      Thread.onSpinWait();
    }

    assertThat(bench.content(bench.await(result))).isEqualTo(body);
    if (fastPath) {
      assertThat(part.mostWaitingBytes()).isLessThanOrEqualTo((128 + 64) * 1024);
    }
  }

  @Test
  void a_part_that_stays_full_is_no_stall_of_the_server() throws InterruptedException {
    bench.readTimeout = Duration.ofMillis(100);
    bench.minSpeed = 1_000_000_000;
    bench.minSpeedWindow = Duration.ofMillis(100);
    bench.store.holdBytes(1);
    bench.progressInterval = Duration.ofMillis(100);
    String origin =
        bench.serve(request -> request.response().end(Buffer.buffer(random(4 * 1024 * 1024))));

    Future<FetchResult> result = bench.begin(FetchBench.job(origin), Future.future(_ -> {}));
    firstPart().awaitFull();
    while (bench.progress.size() < 6) {
      Thread.onSpinWait();
    }

    assertThat(result.isComplete()).isFalse();
  }

  private FakePart firstPart() {
    while (bench.store.parts().isEmpty()) {
      Thread.onSpinWait();
    }
    return bench.store.parts().getFirst();
  }

  @Test
  void a_part_that_cannot_be_written_is_handed_over_early() {
    bench.store.breakParts();
    String origin = bench.serveRaw(false, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");

    FetchResult result = bench.fetch(origin);

    assertThat(result).isInstanceOf(FetchResult.Fetched.class);
    assertThat(((FetchResult.Fetched) result).part().isBroken()).isTrue();
  }

  @Test
  void requests_one_after_another_share_a_connection() {
    Set<Object> connections = ConcurrentHashMap.newKeySet();
    String origin =
        bench.serve(request -> {
          connections.add(request.remoteAddress());
          request.response().setStatusCode("/no".equals(request.path()) ? 404 : 200).end("x");
        });

    bench.fetch(origin + "/a");
    bench.fetch(origin + "/no");
    bench.fetch(origin + "/b");

    assertThat(connections).hasSize(1);
  }

  @Test
  void a_resting_connection_that_the_server_closes_costs_no_attempt() {
    String origin =
        bench.serveSocket(socket -> {
          var requests = new int[1];
          socket.handler(_ -> {
            if (requests[0]++ == 0) {
              socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            } else {
              socket.close();
            }
          });
        });

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("ok");
    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("ok");
  }
}
