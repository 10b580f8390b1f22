package dev.haul.admin;

import dev.haul.job.JobId;
import dev.haul.job.JobState;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A job that has not ended, as far as it is known.
 *
 * @param host of its URL, null when nobody told it
 * @param target null when nobody told it
 * @param until when a waiting job goes on, null otherwise
 * @param reason why it waits, in words; null when it does not or when it is the usual one
 * @param worker that told of it
 * @param progress of the running attempt, null when none was told
 * @param since when it came to its state
 */
public record LiveJob(
    JobId id,
    JobState state,
    @Nullable String host,
    @Nullable String target,
    int attempt,
    @Nullable Instant until,
    @Nullable String reason,
    String worker,
    @Nullable Progress progress,
    Instant since) {

  /**
   * How far the running attempt is.
   *
   * @param total empty when unknown, like the others
   */
  public record Progress(
      long bytes, OptionalLong total, OptionalDouble bytesPerSecond, OptionalDouble etaSeconds) {}

  LiveJob with(Progress newer) {
    return new LiveJob(id, state, host, target, attempt, until, reason, worker, newer, since);
  }

  /** What is unknown is absent. */
  JsonObject json() {
    var json =
        new JsonObject()
            .put("jobId", id.value())
            .put("state", state.name().toLowerCase(Locale.ROOT))
            .put("attempt", attempt)
            .put("worker", worker)
            .put("since", since.toString());
    putText(json, "host", host);
    putText(json, "target", target);
    putText(json, "until", until == null ? null : until.toString());
    putText(json, "reason", reason);
    if (progress != null) {
      json.put("bytes", progress.bytes());
      progress.total().ifPresent(total -> json.put("totalBytes", total));
      progress.bytesPerSecond().ifPresent(rate -> json.put("bytesPerSecond", Math.round(rate)));
      progress.etaSeconds().ifPresent(eta -> json.put("etaSeconds", (long) Math.ceil(eta)));
    }
    return json;
  }

  private static void putText(JsonObject json, String field, @Nullable String text) {
    if (text != null) {
      json.put(field, text);
    }
  }
}
