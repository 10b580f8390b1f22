package dev.haul.admin;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A failed job whose dead letter is open.
 *
 * @param place of the letter: topic, partition and offset
 * @param host of the job's URL, null when the record is no job
 * @param attempts that were made
 * @param redrives how often it has been driven again before
 * @param history its attempts as a JSON array; null when the letter tells none
 */
public record DeadJob(
    String place,
    String jobId,
    String code,
    String message,
    @Nullable String host,
    int attempts,
    int redrives,
    Instant diedAt,
    @Nullable String history) {

  /** What is unknown is absent. */
  JsonObject json() {
    var json =
        new JsonObject()
            .put("place", place)
            .put("jobId", jobId)
            .put("code", code)
            .put("message", message)
            .put("attempts", attempts)
            .put("redrives", redrives)
            .put("diedAt", diedAt.toString());
    if (host != null) {
      json.put("host", host);
    }
    try {
      if (history != null) {
        json.put("history", new JsonArray(history));
      }
    } catch (DecodeException _) {
      // Somebody else wrote the letter.
      return json;
    }
    return json;
  }
}
