package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.pipeline.FetchResult;
import dev.haul.pipeline.Stop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MirrorTest extends OnBothPaths {
  private static final Duration SOON = Duration.ofMillis(150);

  @BeforeEach
  void start() {
    bench.hedgeDelay = SOON;
  }

  /** An origin that never answers; the promise is kept when its connection closes. */
  private String silent(Promise<Void> closed) {
    return bench.serveSocket(socket -> {
      socket.handler(_ -> {});
      socket.closeHandler(_ -> closed.tryComplete());
    });
  }

  private String serve(String body) {
    return bench.serve(request -> request.response().end(body));
  }

  @Test
  void a_source_without_an_answer_loses_to_the_next_and_is_dropped() {
    Promise<Void> closed = Promise.promise();

    FetchResult result = bench.fetch(FetchBench.job(silent(closed), serve("mirror")));

    assertThat(bench.content(result)).asString().isEqualTo("mirror");
    bench.await(closed.future());
    assertThat(bench.store.parts()).hasSize(1);
  }

  @Test
  void a_source_that_answers_after_all_wins_over_a_mirror_that_does_not() {
    Promise<Void> asked = Promise.promise();
    Promise<Void> closed = Promise.promise();
    String slow =
        bench.serve(request -> asked.future().onSuccess(_ -> request.response().end("first")));
    String mirror =
        bench.serveSocket(socket -> {
          socket.handler(_ -> asked.tryComplete());
          socket.closeHandler(_ -> closed.tryComplete());
        });

    FetchResult result = bench.fetch(FetchBench.job(slow, mirror));

    assertThat(bench.content(result)).asString().isEqualTo("first");
    bench.await(closed.future());
  }

  @Test
  void no_more_than_two_are_asked_at_a_time() {
    List<String> asked = new CopyOnWriteArrayList<>();
    Promise<Stop> stop = Promise.promise();
    String url = silent(Promise.promise());
    Promise<Void> mirrorAsked = Promise.promise();
    String mirror = bench.serveSocket(socket -> socket.handler(_ -> mirrorAsked.tryComplete()));
    String third = bench.serve(request -> asked.add(request.uri()));

    Future<FetchResult> result = bench.begin(FetchBench.job(url, mirror, third), stop.future());
    bench.await(mirrorAsked.future());
    bench.await(bench.vertx.timer(4 * SOON.toMillis()));
    stop.complete(Stop.CANCEL);

    assertThat(bench.await(result)).isEqualTo(new FetchResult.Stopped(Stop.CANCEL, 0));
    assertThat(asked).isEmpty();
  }

  @Test
  void a_mirror_that_fails_makes_room_for_the_next() {
    String missing = bench.serve(request -> request.response().setStatusCode(404).end());

    FetchResult result =
        bench.fetch(FetchBench.job(silent(Promise.promise()), missing, serve("third")));

    assertThat(bench.content(result)).asString().isEqualTo("third");
  }

  @Test
  void the_host_that_served_the_file_is_told_and_else_the_one_that_failed_last() {
    String closed = "http://127.0.0.9:25/a";
    String open = serve("body");

    assertThat(bench.fetch(FetchBench.job(closed, open)).host()).isEqualTo("127.0.0.1");
    assertThat(bench.fetch(FetchBench.job(open, closed)).host()).isEqualTo("127.0.0.1");
    assertThat(bench.fetch(FetchBench.job("http://127.0.0.1:25/a", closed)).host())
        .isEqualTo("127.0.0.9");
  }

  @Test
  void a_loser_is_asked_again_when_the_winner_breaks() {
    var requests = new AtomicInteger();
    String slow =
        bench.serveSocket(socket ->
            socket.handler(_ -> {
              if (requests.incrementAndGet() == 2) {
                socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst");
              }
            }));
    String broken = bench.serveRaw(true, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");

    FetchResult result = bench.fetch(FetchBench.job(slow, broken));

    assertThat(bench.content(result)).asString().isEqualTo("first");
    assertThat(bench.store.parts().getFirst().isDiscarded()).isTrue();
  }

  @Test
  void a_source_is_alone_when_there_is_no_hedging() {
    bench.hedgeDelay = Duration.ZERO;
    List<String> asked = new CopyOnWriteArrayList<>();
    String slow =
        bench.serve(request -> bench.vertx.setTimer(500, _ -> request.response().end("first")));
    String mirror = bench.serve(request -> asked.add(request.uri()));

    assertThat(bench.content(bench.fetch(FetchBench.job(slow, mirror))))
        .asString()
        .isEqualTo("first");
    assertThat(asked).isEmpty();
  }

  @Test
  void a_body_holds_the_bytes_of_one_source_only() {
    int size = 300_000;
    List<Runnable> both = new ArrayList<>();
    var urls = new ArrayList<String>();
    for (String letter : List.of("a", "b")) {
      urls.add(
          bench.serve(request -> {
            var response = request.response().putHeader("etag", letter);
            synchronized (both) {
              both.add(() -> response.end(Buffer.buffer(letter.repeat(size))));
              if (both.size() == 2) {
                both.forEach(Runnable::run);
              }
            }
          }));
    }

    for (int round = 0; round < 20; round++) {
      FetchResult result =
          bench.fetch(FetchBench.job(urls.get(round % 2), urls.get(1 - round % 2)));

      String etag = String.valueOf(((FetchResult.Fetched) result).etag());
      assertThat(bench.content(result)).asString().isEqualTo(etag.repeat(size));
      synchronized (both) {
        both.clear();
      }
    }
  }

  @Test
  void a_mirror_that_worked_is_asked_first_while_the_first_is_down() {
    List<String> asked = new CopyOnWriteArrayList<>();
    String down =
        bench.serve(request -> {
          asked.add("down");
          request.response().setStatusCode(503).end();
        });
    String mirror =
        bench.serve(request -> {
          asked.add("mirror");
          request.response().end("mirror");
        });

    for (int i = 0; i < 3; i++) {
      assertThat(bench.content(bench.fetch(FetchBench.job(down, mirror))))
          .asString()
          .isEqualTo("mirror");
    }

    assertThat(asked).containsExactly("down", "mirror", "mirror", "mirror");
  }

  @Test
  void a_source_that_lacks_a_file_is_still_asked_first_for_others() {
    List<String> asked = new CopyOnWriteArrayList<>();
    String lacking =
        bench.serve(request -> {
          asked.add("lacking");
          request.response().setStatusCode(404).end();
        });
    String mirror = serve("mirror");

    bench.fetch(FetchBench.job(lacking, mirror));
    bench.fetch(FetchBench.job(lacking, mirror));

    assertThat(asked).hasSize(2);
  }

  @Test
  void reasons_are_told_shortened_and_without_queries() {
    String missing = bench.serve(request -> request.response().setStatusCode(404).end());
    String path = "/" + "x".repeat(4000);

    Failure failure =
        bench.failure(
            bench.fetch(
                FetchBench.job(
                    missing + path + "?token=secret",
                    missing + "/b?token=secret",
                    "http://127.0.0.1:25/c?token=secret")));

    assertThat(failure.code()).isEqualTo(ErrorCode.HTTP_STATUS);
    assertThat(failure.message())
        .startsWith("all 3 sources failed: " + missing + "/xxx")
        .contains("xxx: answered 404; " + missing + "/b: answered 404; ")
        .endsWith("http://127.0.0.1:25/c: port 25 must not be reached")
        .hasSizeLessThan(700)
        .doesNotContain("secret");
  }
}
