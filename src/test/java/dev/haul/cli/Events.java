package dev.haul.cli;

import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.kafka.JobNews;
import java.time.Instant;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Events of a worker that started at {@link #START}. */
final class Events {
  static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
  private static final String WORKER = "haul-1";

  private Events() {}

  /**
   * @param totalBytes negative when unknown
   */
  static JobNews progress(String id, int second, long bytes, long totalBytes) {
    boolean sized = totalBytes >= 0;
    boolean moving = second > 0 && bytes > 0;
    return new JobNews.Progress(
        new JobId(id),
        1,
        bytes,
        sized ? OptionalLong.of(totalBytes) : OptionalLong.empty(),
        moving ? OptionalDouble.of((double) bytes / second) : OptionalDouble.empty(),
        moving && sized
            ? OptionalDouble.of((double) (totalBytes - bytes) * second / bytes)
            : OptionalDouble.empty(),
        WORKER,
        START.plusSeconds(second));
  }

  static JobNews waiting(String id, int second, int attempt) {
    return new JobNews.State(
        new JobId(id),
        JobState.WAITING,
        "origin.test",
        "a.mp4",
        attempt,
        START.plusSeconds(second + 4),
        null,
        "http-status",
        "the server answered 503",
        WORKER,
        START.plusSeconds(second));
  }

  static JobNews.Ended completed(String id, int second, long bytes) {
    return new JobNews.Ended(
        new JobId(id),
        Outcome.COMPLETED,
        id,
        "file:///files/" + id,
        OptionalLong.of(bytes),
        1,
        second * 1000L,
        null,
        null,
        WORKER,
        START.plusSeconds(second));
  }

  static JobNews.Ended failed(String id, int second) {
    return new JobNews.Ended(
        new JobId(id),
        Outcome.FAILED,
        id,
        null,
        OptionalLong.empty(),
        1,
        second * 1000L,
        "http-status",
        "the server answered 404",
        WORKER,
        START.plusSeconds(second));
  }
}
