package dev.haul.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.job.ErrorCode;
import dev.haul.pipeline.ExtraSlots;
import dev.haul.pipeline.FetchResult;
import dev.haul.policy.SegmentSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentsTest extends OnBothPaths {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 12 * MIB + 17;

  private final byte[] body = random();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Set<Object> connections = ConcurrentHashMap.newKeySet();
  private final CountingSlots slots = new CountingSlots();

  /** Slots of a host as dispatch gives them. */
  private static final class CountingSlots implements ExtraSlots {
    final AtomicInteger taken = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    volatile int limit = 10;

    @Override
    public Future<Boolean> take() {
      int now = taken.incrementAndGet();
      if (now > limit) {
        taken.decrementAndGet();
        return Future.succeededFuture(false);
      }
      most.accumulateAndGet(now, Math::max);
      return Future.succeededFuture(true);
    }

    @Override
    public void giveBack() {
      taken.decrementAndGet();
    }
  }

  @BeforeEach
  void start() {
    bench.segments = new SegmentSettings(4 * MIB, 4, MIB);
    bench.slots = slots;
  }

  @Override
  @AfterEach
  void closeBench() {
    super.closeBench();
    assertThat(slots.taken).as("slots that were not given back").hasValue(0);
  }

  private static byte[] random() {
    byte[] bytes = new byte[SIZE];
    new Random(SIZE).nextBytes(bytes);
    return bytes;
  }

  private record Wanted(int from, int to) {}

  private Wanted head(HttpServerRequest request) {
    connections.add(request.remoteAddress());
    String range = request.getHeader("Range");
    asked.add(range + "");
    var response = request.response().putHeader("ETag", "\"one\"");
    if (range == null) {
      response.putHeader("Content-Length", "" + SIZE);
      return new Wanted(0, SIZE);
    }
    String[] ends = range.substring("bytes=".length()).split("-", -1);
    int from = Integer.parseInt(ends[0]);
    int to = ends[1].isEmpty() ? SIZE : Integer.parseInt(ends[1]) + 1;
    response.setStatusCode(206);
    response.putHeader("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + SIZE);
    response.putHeader("Content-Length", "" + (to - from));
    return new Wanted(from, to);
  }

  private void answer(HttpServerRequest request) {
    Wanted wanted = head(request);
    request.response().end(bytes(wanted.from, wanted.to));
  }

  private Buffer bytes(int from, int to) {
    return Buffer.buffer(Arrays.copyOfRange(body, from, to));
  }

  private static boolean isRanged(HttpServerRequest request) {
    return request.getHeader("Range") != null;
  }

  private byte[] content(FetchResult result) {
    assertThat(bench.store.parts()).hasSize(1);
    return bench.content(result);
  }

  /** Sends the first bytes, and the others when three more connections are there. */
  private void beginAndWaitForOthers(HttpServerRequest request, int first) {
    request.response().write(bytes(0, first));
    long timer =
        bench.vertx.setPeriodic(
            10,
            timerId -> {
              if (slots.most.get() == 3 && bench.vertx.cancelTimer(timerId)) {
                request.response().write(bytes(first, SIZE));
              }
            });
    request.response().closeHandler(_ -> bench.vertx.cancelTimer(timer));
  }

  private void drainUntil(Future<FetchResult> result) {
    while (!result.isComplete()) {
      bench.store.parts().stream().filter(FakePart::isFull).forEach(FakePart::drain);
      Thread.onSpinWait();
    }
  }

  @Test
  void a_large_file_comes_over_several_connections() {
    String origin =
        bench.serve(request -> {
          if (isRanged(request)) {
            answer(request);
            return;
          }
          head(request);
          beginAndWaitForOthers(request, 100_000);
        });

    assertThat(content(bench.fetch(origin))).isEqualTo(body);
    assertThat(slots.most).hasValue(3);
    assertThat(connections.size()).isGreaterThan(2);
  }

  @Test
  void a_small_file_comes_over_one() {
    bench.segments = new SegmentSettings(SIZE + 1, 4, MIB);

    assertThat(content(bench.fetch(bench.serve(this::answer)))).isEqualTo(body);
    assertThat(asked).containsExactly("null");
  }

  @Test
  void without_slots_one_connection_fetches_all() {
    slots.limit = 0;

    assertThat(content(bench.fetch(bench.serve(this::answer)))).isEqualTo(body);
    assertThat(slots.most).hasValue(0);
  }

  @Test
  void a_server_without_ranges_sends_all_over_one() {
    AtomicInteger pieces = new AtomicInteger();
    String origin =
        bench.serve(request -> {
          if (isRanged(request)) {
            pieces.incrementAndGet();
          }
          request.response().putHeader("ETag", "\"one\"").end(Buffer.buffer(body));
        });

    FetchResult result = bench.fetch(origin);

    assertThat(bench.content(result)).isEqualTo(body);
    assertThat(pieces.get()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"503", "version", "size", "cut"})
  void connections_that_bring_something_else_do_no_harm(String fault) {
    String origin =
        bench.serve(request -> {
          // The first that is asked for a piece is well, and then one in two.
          if (!isRanged(request) || asked.size() % 2 == 1) {
            answer(request);
            return;
          }
          Wanted wanted = head(request);
          var response = request.response();
          Buffer piece = bytes(wanted.from, wanted.to);
          switch (fault) {
            case "503" -> {
              response.headers().clear();
              response.setStatusCode(503).end("later");
            }
            case "version" -> response.putHeader("ETag", "\"two\"").end(piece);
            case "size" ->
                response
                    .putHeader(
                        "Content-Range",
                        "bytes " + wanted.from + "-" + (wanted.to - 1) + "/" + (SIZE + 1))
                    .end(piece);
            case "cut" ->
                response
                    .write(piece.slice(0, piece.length() / 2))
                    .onComplete(_ -> request.connection().close());
            default -> throw new IllegalArgumentException(fault);
          }
        });

    FetchResult result = bench.fetch(origin);
    while (result instanceof FetchResult.Failed) {
      assertThat(bench.store.kept()).hasSize(1);
      result = bench.fetch(origin);
    }
    // The first connection may have met the other version, and begun the file anew.
    assertThat(bench.content(result)).isEqualTo(body);
  }

  @Test
  void a_link_that_is_good_for_one_request_is_used_once_to_its_end() {
    AtomicInteger requests = new AtomicInteger();
    String origin =
        bench.serve(request -> {
          if (requests.getAndIncrement() == 0) {
            answer(request);
          } else {
            request.response().setStatusCode(403).end();
          }
        });

    assertThat(content(bench.fetch(origin))).isEqualTo(body);
    assertThat(requests.get()).isLessThanOrEqualTo(2);
  }

  @Test
  void what_a_stuck_first_connection_holds_up_is_fetched_by_others_but_for_its_last_bytes() {
    bench.segments = new SegmentSettings(4 * MIB, 4, MIB);
    Promise<Void> rest = Promise.promise();
    String origin =
        bench.serve(request -> {
          if (isRanged(request)) {
            answer(request);
            return;
          }
          head(request);
          var response = request.response();
          response.write(bytes(0, 100_000));
          rest.future().onSuccess(_ -> response.write(bytes(100_000, SIZE)));
        });

    Future<FetchResult> result = bench.begin(FetchBench.job(origin), Future.future(_ -> {}));
    org.awaitility.Awaitility.await()
        .until(() ->
            !bench.store.parts().isEmpty()
                && bench.store.parts().getFirst().bytes() > SIZE - 2 * MIB);
    rest.complete();

    assertThat(content(bench.await(result))).isEqualTo(body);
  }

  /**
   * Sends a piece at a pace.
   *
   * @param pace in bytes for each 10 ms
   * @return the bytes sent, when its connection closes before the end
   */
  private Future<Integer> paced(HttpServerRequest request, Wanted wanted, int pace) {
    Promise<Integer> closed = Promise.promise();
    var response = request.response();
    var at = new int[] {wanted.from};
    long timer =
        bench.vertx.setPeriodic(
            10,
            it -> {
              int to = Math.min(wanted.to, at[0] + pace);
              response.write(bytes(at[0], to));
              at[0] = to;
              if (to == wanted.to && bench.vertx.cancelTimer(it)) {
                response.end();
              }
            });
    response.closeHandler(_ -> {
      if (bench.vertx.cancelTimer(timer)) {
        closed.complete(at[0] - wanted.from);
      }
    });
    return closed.future();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void a_connection_far_slower_than_the_others_is_replaced(int slow) {
    bench.minSpeedWindow = Duration.ofMillis(1200);
    Promise<Integer> hungUp = Promise.promise();
    String origin =
        bench.serve(request -> {
          Wanted wanted = head(request);
          if (asked.size() == slow) {
            paced(request, wanted, 1_000).onSuccess(hungUp::tryComplete);
          } else {
            var _ = paced(request, wanted, 40_000);
          }
        });

    FetchResult result = bench.fetch(origin);

    assertThat(content(result)).isEqualTo(body);
    assertThat(bench.await(hungUp.future()))
        .as("bytes of the slow one, of a MiB or more")
        .isLessThan(500_000);
  }

  @Test
  void what_all_connections_brought_is_kept_when_they_break() {
    String origin =
        bench.serve(request -> {
          Wanted wanted = head(request);
          request
              .response()
              .write(bytes(wanted.from, Math.min(wanted.to, wanted.from + 600_000)))
              .onComplete(_ -> request.connection().close());
        });

    assertThat(bench.failure(origin).code()).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(bench.store.kept()).hasSize(1);
    assertThat(bench.store.kept().getFirst().bytes()).isGreaterThanOrEqualTo(600_000);
  }

  @Test
  void a_full_part_holds_up_all_connections_and_lets_them_go_on() {
    bench.store.holdBytes(256 * 1024);
    Future<FetchResult> result =
        bench.begin(FetchBench.job(bench.serve(this::answer)), Future.future(_ -> {}));
    drainUntil(result);

    assertThat(content(bench.await(result))).isEqualTo(body);
    if (fastPath) {
      assertThat(bench.store.parts().getFirst().mostWaitingBytes())
          .isLessThanOrEqualTo((256 + 5 * 64) * 1024);
    }
  }

  /** Answers once the part has been full, as it is when the network is not what holds it up. */
  private void answerWhenFull(HttpServerRequest request) {
    bench.vertx.setPeriodic(
        5,
        timer -> {
          if (bench.store.parts().getFirst().isFull() && bench.vertx.cancelTimer(timer)) {
            answer(request);
          }
        });
  }

  private void awaitNoFurtherConnection() {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> slots.most.get() == 1 && slots.taken.get() == 0);
  }

  @Test
  void a_file_that_comes_faster_than_it_is_written_needs_no_further_connection() {
    bench.store.holdBytes(128 * 1024);
    String origin =
        bench.serve(request -> {
          if (isRanged(request)) {
            answerWhenFull(request);
          } else {
            answer(request);
          }
        });
    Future<FetchResult> result = bench.begin(FetchBench.job(origin), Future.future(_ -> {}));
    awaitNoFurtherConnection();
    drainUntil(result);

    assertThat(content(bench.await(result))).isEqualTo(body);
    assertThat(asked).first().isEqualTo("null");
    assertThat(slots.most).hasValue(1);
  }

  @Test
  void further_connections_come_once_the_network_is_what_a_file_waits_for() {
    bench.store.holdBytes(128 * 1024);
    var writes = new AtomicBoolean();
    String origin =
        bench.serve(request -> {
          if (isRanged(request)) {
            if (writes.get()) {
              answer(request);
            } else {
              answerWhenFull(request);
            }
            return;
          }
          head(request);
          beginAndWaitForOthers(request, 300_000);
        });
    Future<FetchResult> result = bench.begin(FetchBench.job(origin), Future.future(_ -> {}));
    awaitNoFurtherConnection();
    writes.set(true);
    drainUntil(result);

    assertThat(content(bench.await(result))).isEqualTo(body);
    assertThat(slots.most).hasValue(3);
  }

  @Test
  void connections_go_on_with_another_link_when_the_one_of_the_redirect_holds_no_more() {
    AtomicInteger links = new AtomicInteger();
    AtomicInteger uses = new AtomicInteger();
    String origin =
        bench.serve(request -> {
          if (request.query() == null) {
            uses.set(0);
            String link = "/?link=" + links.incrementAndGet();
            request.response().setStatusCode(302).putHeader("Location", link).end();
          } else if (request.query().equals("link=" + links) && uses.incrementAndGet() <= 3) {
            Wanted wanted = head(request);
            int to = Math.min(wanted.to, wanted.from + 2 * MIB);
            request
                .response()
                .write(bytes(wanted.from, to))
                .onComplete(_ -> request.connection().close());
          } else {
            request.response().setStatusCode(403).end("Request has expired");
          }
        });

    assertThat(content(bench.fetch(origin))).isEqualTo(body);
    assertThat(links.get()).isGreaterThan(1);
  }
}
