package dev.haul.admin;

import dev.haul.job.Checksum;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A page with a board that tests fill; it notes the commands that it is given. */
final class PageFixture {
  static final String TOKEN = "a-token-of-some-length";
  static final Instant NOW = Instant.parse("2026-11-24T00:10:00Z");

  private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");
  private static final Instant LATELY = NOW.minusSeconds(1);

  private final FakeOperator operator = new FakeOperator();
  private final AtomicInteger followed = new AtomicInteger();
  private final LiveBoard board = new LiveBoard("w-1", START);
  private @Nullable AdminServer server;

  void start(Vertx vertx, @Nullable Path token) {
    server =
        new AdminServer(
            vertx,
            new AdminSettings(true, "127.0.0.1", 0, token),
            _ -> "metrics",
            List.of(),
            List.of(),
            board,
            this::follow,
            operator,
            InstantSource.fixed(NOW));
    server.start().await();
  }

  private AutoCloseable follow(Fleet fleet) {
    followed.incrementAndGet();
    fleet.seen(
        new LiveJob(
            new JobId("far"), JobState.RUNNING, "h", "t", 1, null, null, "w-2", null, LATELY));
    fleet.moved(new JobId("far"), progress(5, 10));
    fleet.ended(new JobId("x"), JobState.COMPLETED, null);
    fleet.ended(new JobId("y"), JobState.COMPLETED, null);
    fleet.ended(new JobId("z"), JobState.FAILED, "dns");
    fleet.caughtUp();
    return () -> {};
  }

  void close() {
    if (server != null) {
      server.close().await();
    }
  }

  int port() {
    return server == null ? 0 : server.actualPort();
  }

  void dead(String id, String code, String host) {
    operator
        .letters()
        .add(
            new DeadJob(
                "haul.dead-0-" + operator.letters().size(),
                id,
                code,
                "why " + id + " failed",
                host,
                2,
                0,
                LATELY,
                "[{\"attempt\":1,\"startedAt\":\"2026-11-24T00:00:01Z\",\"code\":\"%s\"}]"
                    .formatted(code)));
  }

  List<String> commands() {
    return operator.commands();
  }

  int followed() {
    return followed.get();
  }

  void running(String id, String host, long bytes, long total) {
    board.onEvent(state(id, JobState.RUNNING, host, null, null));
    LiveJob.Progress progress = progress(bytes, total);
    board.onEvent(
        new JobEvent.Progress(
            new JobId(id),
            1,
            progress.bytes(),
            progress.total(),
            progress.bytesPerSecond(),
            progress.etaSeconds(),
            LATELY,
            null));
  }

  private static LiveJob.Progress progress(long bytes, long total) {
    return new LiveJob.Progress(
        bytes,
        OptionalLong.of(total),
        OptionalDouble.of(100),
        OptionalDouble.of((total - bytes) / 100.0));
  }

  void waiting(String id, String host, String why) {
    Failure failure = Failure.of(ErrorCode.HTTP_STATUS, why);
    board.onEvent(state(id, JobState.WAITING, host, NOW.plusSeconds(30), failure));
  }

  private static JobEvent state(
      String id, JobState state, String host, @Nullable Instant until, @Nullable Failure failure) {
    return new JobEvent.StateChanged(
        new JobId(id), state, host, new Target(id + ".mp4"), 1, until, null, failure, LATELY, null);
  }

  void completed(String id, long bytes) {
    var file =
        new StoredFile(
            "file:///data/" + id,
            bytes,
            new Checksum(Checksum.Algorithm.MD5, "0123456789abcdef0123456789abcdef"),
            null,
            null);
    board.onEvent(ended(id, Outcome.COMPLETED, file, null));
  }

  void failed(String id, ErrorCode code, String message) {
    board.onEvent(ended(id, Outcome.FAILED, null, Failure.of(code, message)));
  }

  private static JobEvent ended(
      String id, Outcome outcome, @Nullable StoredFile file, @Nullable Failure failure) {
    return new JobEvent.Ended(
        new JobId(id),
        outcome,
        "default",
        new Target(id + ".mp4"),
        file,
        failure,
        1,
        file == null ? 0 : file.bytes(),
        START,
        START,
        LATELY,
        Map.of(),
        null);
  }
}
