package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.ToldDigest;
import dev.haul.policy.ContentCheck;
import dev.haul.policy.Expectation;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers with status 200 that are not what was asked for. */
class ContentTest extends OnBothPaths {
  private static final String PAGE = "<!DOCTYPE html><title>Log in</title>";
  private static final String LOG_IN = ", perhaps the page of a log-in";

  private String serve(@Nullable String contentType, String body) {
    return bench.serve(request -> {
      if (contentType != null) {
        request.response().putHeader("content-type", contentType);
      }
      request.response().end(Buffer.buffer(body, "ISO-8859-1"));
    });
  }

  private static DownloadJob video(String url, String... mirrors) {
    return FetchBench.job(url, "video.mp4", OptionalLong.empty(), Map.of(), null, mirrors);
  }

  private static Failure unexpected(String message) {
    return Failure.of(ErrorCode.BAD_RESPONSE, message).fatal();
  }

  @Test
  void a_page_instead_of_a_video_is_refused() {
    String origin = serve("text/html; charset=utf-8", PAGE);

    assertThat(bench.failure(bench.fetch(video(origin + "/v?secret=1"))))
        .isEqualTo(unexpected(origin + "/v: expected mp4 but the answer is text/html" + LOG_IN));
    assertThat(bench.store.parts()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      value = {"video/mp4", "application/octet-stream", "-"},
      nullValues = "-")
  void a_page_that_does_not_say_so_is_refused_too(@Nullable String contentType) {
    String origin = serve(contentType, PAGE + " ".repeat(100_000));

    assertThat(bench.failure(bench.fetch(video(origin))))
        .isEqualTo(unexpected(origin + ": expected mp4 but the body is HTML" + LOG_IN));
  }

  @Test
  void a_page_that_comes_a_byte_at_a_time_is_refused() {
    String origin =
        bench.serve(request -> {
          var response = request.response().setChunked(true);
          Future<Void> sent = Future.succeededFuture();
          for (int i = 0; i < PAGE.length(); i++) {
            Buffer letter = Buffer.buffer(PAGE.substring(i, i + 1));
            sent = sent.compose(_ -> response.write(letter));
          }
          sent.onComplete(_ -> response.end());
        });

    assertThat(bench.failure(bench.fetch(video(origin))).message()).endsWith(LOG_IN);
  }

  @Test
  void a_page_that_was_asked_for_is_fetched() {
    assertThat(bench.content(bench.fetch(serve("text/html", PAGE) + "/index.html")))
        .asString()
        .isEqualTo(PAGE);
  }

  @Test
  void a_page_is_fetched_as_anything_where_nothing_is_checked() {
    bench.contentCheck = ContentCheck.NONE;

    assertThat(bench.content(bench.fetch(video(serve("text/html", PAGE)))))
        .asString()
        .isEqualTo(PAGE);
  }

  @Test
  void an_empty_file_is_no_page() {
    bench.contentCheck = ContentCheck.MAGIC;

    assertThat(bench.content(bench.fetch(video(serve("video/mp4", ""))))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 255, 256, 257, 300_000})
  void a_video_that_begins_like_one_is_fetched(int size) {
    bench.contentCheck = ContentCheck.MAGIC;
    String body = "\0\0\0\u0018ftyp" + "x".repeat(size - 8);

    assertThat(bench.content(bench.fetch(video(serve(null, body)))))
        .isEqualTo(body.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void a_video_that_begins_otherwise_is_refused_where_that_is_checked() {
    bench.contentCheck = ContentCheck.MAGIC;
    String origin = serve("video/mp4", "{\"error\":\"expired\"}");

    assertThat(bench.failure(bench.fetch(video(origin))))
        .isEqualTo(unexpected(origin + ": expected mp4 but the body does not begin like one"));
  }

  @Test
  void a_mirror_takes_over_from_a_page() {
    String mirror = serve("video/mp4", "movie");

    assertThat(bench.content(bench.fetch(video(serve("text/html", PAGE), mirror))))
        .asString()
        .isEqualTo("movie");
  }

  @Test
  void what_a_host_must_answer_holds_for_where_it_redirects_to() {
    bench.expect = List.of(Expectation.parse("127.0.0.1=application/pdf|text/plain"));
    String other = serve("application/json", "{}").replace("127.0.0.1", "127.0.0.2");
    String origin =
        bench.serve(request ->
            request
                .response()
                .setStatusCode(302)
                .putHeader("location", other.replace("127.0.0.2", "127.0.0.1") + "/x")
                .end());

    assertThat(bench.failure(origin).message())
        .endsWith("/x: expected application/pdf or text/plain but the answer is application/json");
  }

  @Test
  void digests_that_the_server_tells_go_to_the_store() {
    String origin =
        bench.serve(request ->
            request
                .response()
                .putHeader("repr-digest", "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:")
                .putHeader("content-md5", "broken")
                .end("abc"));

    assertThat(bench.content(bench.fetch(origin))).asString().isEqualTo("abc");
    assertThat(bench.store.told())
        .containsExactly(
            List.of(
                new ToldDigest(
                    "Repr-Digest",
                    Checksum.parse(
                        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, chunked"
      })
  void a_body_of_two_lengths_is_refused(String headers) {
    String origin =
        bench.serveRaw(false, "HTTP/1.1 200 OK\r\n" + headers + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n");

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.BAD_RESPONSE);
  }
}
