package dev.haul.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.haul.pipeline.SourceRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A terminal event as a stranger reads it: with nothing of the worker's own code.
 *
 * @param source {@code ce_id}: the place of the job's record
 * @param ending the outcome, with {@code :} and the error code when it failed
 * @param bytes of the stored file; 0 when there is none
 * @param checksum of the stored file, null when it is not told
 */
record End(
    String jobId,
    String source,
    String ending,
    long bytes,
    @Nullable String checksum,
    int attempts,
    long bytesTransferred,
    String worker) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a record of the completions topic.
   *
   * @throws IllegalArgumentException when it is none
   */
  static End read(SourceRecord event) {
    JsonNode json = json(event);
    String jobId = json.path("jobId").asText();
    String key = event.key() == null ? "" : new String(event.key(), StandardCharsets.UTF_8);
    String type = header(event, "ce_type");
    String outcome = json.path("outcome").asText();
    if (!key.equals(jobId) || !type.equals("dev.haul.job." + outcome + ".v1")) {
      throw new IllegalArgumentException(
          "key %s, type %s, job %s, outcome %s".formatted(key, type, jobId, outcome));
    }
    boolean failed = outcome.equals("failed");
    return new End(
        jobId,
        header(event, "ce_id"),
        failed ? outcome + ":" + json.path("error").path("code").asText() : outcome,
        json.path("bytes").asLong(),
        json.hasNonNull("checksum") ? json.path("checksum").asText() : null,
        json.path("attempts").asInt(),
        json.path("bytesTransferred").asLong(),
        json.path("worker").asText());
  }

  boolean completed() {
    return ending.equals("completed");
  }

  boolean failed() {
    return ending.startsWith("failed:");
  }

  /** The outcome without its error. */
  String outcome() {
    int colon = ending.indexOf(':');
    return colon < 0 ? ending : ending.substring(0, colon);
  }

  static JsonNode json(SourceRecord event) {
    try {
      return event.value() == null ? JSON.missingNode() : JSON.readTree(event.value());
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON: " + event.position(), e);
    }
  }

  /** A header's text, empty when it is missing. */
  static String header(SourceRecord event, String name) {
    for (SourceRecord.Header header : event.headers()) {
      if (header.name().equals(name) && header.value() != null) {
        return new String(header.value(), StandardCharsets.UTF_8);
      }
    }
    return "";
  }
}
