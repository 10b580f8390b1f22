package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import dev.haul.pipeline.FetchResult;
import dev.haul.pipeline.Stop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest extends OnBothPaths {
  private static final int SIZE = 3 << 20;

  private byte[] body = random(1);

  /** The requests for ranges as they came; null for those without. */
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** The bytes that one answer brings at most before its connection closes. */
  private int cutAfter = SIZE;

  private String etag = "\"one\"";

  private static byte[] random(long seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Answers as a good server does, but breaks off. */
  private void answer(HttpServerRequest request) {
    String range = request.getHeader("Range");
    boolean ranged = range != null && etag.equals(request.getHeader("If-Range"));
    asked.add(range + "");
    int from =
        ranged ? Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-'))) : 0;
    var response =
        request.response().putHeader("ETag", etag).putHeader("Content-Type", "video/mp4");
    if (ranged) {
      response.setStatusCode(206);
      response.putHeader("Content-Range", "bytes " + from + "-" + (SIZE - 1) + "/" + SIZE);
    }
    response.putHeader("Content-Length", "" + (SIZE - from));
    send(request, from);
  }

  private void send(HttpServerRequest request, int from) {
    int to = Math.min(SIZE, from + cutAfter);
    var sent = request.response().write(Buffer.buffer(body).slice(from, to));
    if (to < SIZE) {
      sent.onComplete(_ -> request.connection().close());
    } else {
      request.response().end();
    }
  }

  private byte[] content(FetchResult result) {
    assertThat(bench.store.kept()).isEmpty();
    return bench.content(result);
  }

  @Test
  void a_transfer_that_is_cut_after_a_good_part_goes_on_within_the_attempt() {
    cutAfter = 1 << 20;
    FetchResult result = bench.fetch(bench.serve(this::answer));

    assertThat(content(result)).isEqualTo(body);
    assertThat(result.bytesTransferred()).isEqualTo(SIZE);
    assertThat(asked).containsExactly("null", "bytes=1048576-", "bytes=2097152-");
    assertThat(((FetchResult.Fetched) result).etag()).isEqualTo("\"one\"");
  }

  @Test
  void a_file_that_is_another_one_each_time_and_always_cut_is_given_up() {
    cutAfter = 2 << 20;
    String origin =
        bench.serve(request -> {
          etag = "\"version-" + asked.size() + "\"";
          answer(request);
        });

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(asked).containsExactly("null", "bytes=2097152-");
  }

  @Test
  void a_transfer_tells_once_that_it_has_put_down_much() {
    int size = 24 << 20;
    AtomicInteger told = new AtomicInteger();
    bench.advanced = told::incrementAndGet;
    String origin =
        bench.serve(request -> {
          var response = request.response().putHeader("ETag", etag);
          response.putHeader("Content-Length", "" + size).write(Buffer.buffer(new byte[size / 2]));
          long timer =
              bench.vertx.setPeriodic(
                  10,
                  it -> {
                    if (told.get() == 1 && bench.vertx.cancelTimer(it)) {
                      response.end(Buffer.buffer(new byte[size / 2]));
                    }
                  });
          response.closeHandler(_ -> bench.vertx.cancelTimer(timer));
        });

    assertThat(content(bench.fetch(origin))).hasSize(size);
    bench.fetch(bench.serve(this::answer));
    assertThat(told).hasValue(1);
  }

  @Test
  void a_transfer_that_is_cut_early_goes_on_with_the_next_attempt() {
    cutAfter = 1_000_000;
    String origin = bench.serve(this::answer);

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.INTERRUPTED);
    cutAfter = SIZE;
    FetchResult result = bench.fetch(origin);

    assertThat(content(result)).isEqualTo(body);
    assertThat(result.bytesTransferred()).isEqualTo(SIZE - 1_000_000);
    assertThat(asked).containsExactly("null", "bytes=1000000-");
  }

  @Test
  void a_file_that_has_changed_starts_over_without_a_failed_attempt() {
    cutAfter = 1_000_000;
    String origin = bench.serve(this::answer);
    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.INTERRUPTED);

    etag = "\"two\"";
    body = random(2);
    cutAfter = SIZE;

    assertThat(content(bench.fetch(origin))).isEqualTo(body);
    assertThat(bench.store.parts()).hasSize(2);
    assertThat(bench.store.parts().getFirst().isDiscarded()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "206 bytes 999999-3145727/3145728",
        "206 bytes 1000000-3145727/3145729",
        "206 bytes 1000000-3145727/*",
        "206 nonsense",
        "416 bytes */3145728",
      })
  void an_answer_that_is_not_what_was_asked_for_starts_over(String answer) {
    cutAfter = 1_000_000;
    String origin =
        bench.serve(request -> {
          if (request.getHeader("Range") == null) {
            answer(request);
          } else {
            asked.add(request.getHeader("Range"));
            request
                .response()
                .setStatusCode(Integer.parseInt(answer.substring(0, 3)))
                .putHeader("Content-Range", answer.substring(4))
                .end("wrong");
          }
        });
    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.INTERRUPTED);

    cutAfter = SIZE;

    assertThat(content(bench.fetch(origin))).isEqualTo(body);
    assertThat(asked).containsExactly("null", "bytes=1000000-", "null");
  }

  @Test
  void a_server_without_ranges_costs_no_attempt() {
    cutAfter = 1_500_000;
    String origin =
        bench.serve(request -> {
          asked.add(request.getHeader("Range") + "");
          request.response().putHeader("ETag", etag).putHeader("Content-Length", "" + SIZE);
          send(request, 0);
          cutAfter = SIZE;
        });

    FetchResult result = bench.fetch(origin);

    assertThat(content(result)).isEqualTo(body);
    assertThat(result.bytesTransferred()).isEqualTo(SIZE + 1_500_000);
    assertThat(asked).containsExactly("null", "bytes=1500000-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"W/\"one\"", "", "no-ranges"})
  void what_has_no_strong_validator_is_not_continued(String tag) {
    cutAfter = 1_500_000;
    String origin =
        bench.serve(request -> {
          asked.add(request.getHeader("Range") + "");
          var response = request.response().putHeader("Content-Length", "" + SIZE);
          if (tag.equals("no-ranges")) {
            response.putHeader("ETag", etag).putHeader("Accept-Ranges", "none");
          } else if (!tag.isEmpty()) {
            response.putHeader("ETag", tag);
          }
          send(request, 0);
        });

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(bench.store.parts()).singleElement().matches(FakePart::isDiscarded);
    cutAfter = SIZE;
    assertThat(content(bench.fetch(origin))).isEqualTo(body);
    assertThat(asked).containsExactly("null", "null");
  }

  @Test
  void a_body_of_unknown_length_is_complete_when_the_rest_is_refused_with_its_length() {
    String origin =
        bench.serve(request -> {
          String range = request.getHeader("Range");
          asked.add(range + "");
          var response = request.response().putHeader("ETag", etag);
          if (range == null) {
            // All bytes, but not the end of the last chunk.
            response.setChunked(true);
            response.write(Buffer.buffer(body)).onComplete(_ -> request.connection().close());
          } else {
            response.setStatusCode(416).putHeader("Content-Range", "bytes */" + SIZE).end();
          }
        });

    assertThat(content(bench.fetch(origin))).isEqualTo(body);
    assertThat(asked).containsExactly("null", "bytes=" + SIZE + "-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PAUSE", "HAND_OVER", "CANCEL"})
  void a_stopped_transfer_keeps_its_part_unless_it_is_cancelled(Stop reason) {
    Promise<Stop> stop = Promise.promise();
    String origin =
        bench.serve(request -> {
          request.response().putHeader("ETag", etag).putHeader("Content-Length", "" + SIZE);
          request
              .response()
              .write(Buffer.buffer(body).slice(0, 200_000))
              .onComplete(_ -> bench.vertx.setTimer(100, _ -> stop.tryComplete(reason)));
        });

    FetchResult result = bench.await(bench.begin(FetchBench.job(origin), stop.future()));

    assertThat(result).isInstanceOf(FetchResult.Stopped.class);
    assertThat(bench.store.kept()).hasSize(reason == Stop.CANCEL ? 0 : 1);
    assertThat(bench.store.parts().getFirst().isDiscarded()).isEqualTo(reason == Stop.CANCEL);
  }

  @Test
  void a_part_of_another_size_than_the_job_wants_is_not_continued() {
    cutAfter = 1_000_000;
    String origin = bench.serve(this::answer);
    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.INTERRUPTED);

    FetchResult result = bench.fetch(FetchBench.job(origin, OptionalLong.of(SIZE + 1), Map.of()));

    assertThat(((FetchResult.Failed) result).failure().code()).isEqualTo(ErrorCode.SIZE_MISMATCH);
    assertThat(asked).containsExactly("null", "null");
  }

  @Test
  void parts_of_two_sources_are_never_mixed() {
    cutAfter = 1_000_000;
    List<String> other = new ArrayList<>();
    String origin = bench.serve(this::answer);
    String mirror =
        bench.serve(request -> {
          other.add(request.getHeader("Range") + "");
          request.response().putHeader("ETag", etag).end(Buffer.buffer(random(3)));
        });

    FetchResult result =
        bench.await(bench.begin(FetchBench.job(origin, mirror), Future.future(_ -> {})));

    assertThat(bench.content(result)).isEqualTo(random(3));
    assertThat(other).containsExactly("null");
  }

  /** A redirect to a link that answers so many requests, and then refuses all others. */
  private void signed(HttpServerRequest request, int uses, int refusal, List<String> seen) {
    if (request.query() == null) {
      long links = seen.stream().filter("/"::equals).count();
      seen.add("/");
      request.response().setStatusCode(302).putHeader("Location", "/file?link=" + links).end();
    } else {
      String link = request.query();
      seen.add(link);
      if (seen.stream().filter(link::equals).count() <= uses) {
        answer(request);
      } else {
        request.response().setStatusCode(refusal).end("Request has expired");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 410})
  void the_source_is_asked_for_another_link_when_the_one_that_served_does_not_any_more(
      int refusal) {
    cutAfter = 1 << 20;
    List<String> seen = new CopyOnWriteArrayList<>();
    String origin = bench.serve(request -> signed(request, 1, refusal, seen));

    assertThat(content(bench.fetch(origin + "/file"))).isEqualTo(body);
    assertThat(asked).containsExactly("null", "bytes=1048576-", "bytes=2097152-");
    assertThat(seen)
        .containsExactly("/", "link=0", "link=0", "/", "link=1", "link=1", "/", "link=2");
  }

  @Test
  void a_link_that_leads_back_to_its_source_is_no_circle_once_it_has_served() {
    cutAfter = 1 << 21;
    List<String> seen = new CopyOnWriteArrayList<>();
    String origin =
        bench.serve(request -> {
          if (request.query() != null && seen.contains(request.query())) {
            seen.add("back");
            request.response().setStatusCode(302).putHeader("Location", "/file").end();
          } else {
            signed(request, 1, 403, seen);
          }
        });

    assertThat(content(bench.fetch(origin + "/file"))).isEqualTo(body);
    assertThat(seen).containsExactly("/", "link=0", "back", "/", "link=1");
  }

  @Test
  void a_link_that_has_never_served_ends_the_attempt() {
    List<String> seen = new CopyOnWriteArrayList<>();
    String origin = bench.serve(request -> signed(request, 0, 403, seen));

    assertThat(bench.failure(origin + "/file").status()).hasValue(403);
    assertThat(seen).containsExactly("/", "link=0");
  }

  @Test
  void a_rest_without_a_length_whose_connection_breaks_is_kept() {
    String origin =
        bench.serveSocket(socket ->
            socket.handler(request -> {
              boolean ranged = request.toString().toLowerCase(Locale.ROOT).contains("\r\nrange:");
              String head =
                  ranged
                      ? "HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Range: bytes "
                          + "1000000-%d/%d\r\n".formatted(SIZE - 1, SIZE)
                      : "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n".formatted(SIZE);
              int from = ranged ? 1_000_000 : 0;
              socket.write(head + "ETag: \"one\"\r\n\r\n");
              socket
                  .write(Buffer.buffer(body).slice(from, from + 1_000_000))
                  .onComplete(_ -> socket.close());
            }));
    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.INTERRUPTED);

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(bench.store.kept()).singleElement().matches(part -> part.bytes() == 2_000_000);
  }
}
