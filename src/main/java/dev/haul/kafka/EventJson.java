package dev.haul.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.job.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of event records. What is unknown is left out, never 0 or -1. Belongs to one
 * thread.
 */
final class EventJson {
  private static final int MAX_MESSAGE = 1024;
  private static final double TENTHS = 10;

  private final String worker;

  /** Of the record that is written. */
  private final ByteArrayBuilder bytes = new ByteArrayBuilder(1024);

  EventJson(String worker) {
    this.worker = worker;
  }

  byte[] progress(JobEvent.Progress event) {
    return write(json -> {
      json.writeStringField("jobId", event.jobId().value());
      json.writeNumberField("attempt", event.attempt());
      json.writeNumberField("bytes", event.bytes());
      if (event.totalBytes().isPresent()) {
        long total = event.totalBytes().getAsLong();
        json.writeNumberField("totalBytes", total);
        json.writeNumberField("percent", percent(event.bytes(), total));
      }
      if (event.bytesPerSecond().isPresent()) {
        json.writeNumberField("bytesPerSecond", Math.round(event.bytesPerSecond().getAsDouble()));
      }
      if (event.etaSeconds().isPresent()) {
        json.writeNumberField("etaSeconds", (long) Math.ceil(event.etaSeconds().getAsDouble()));
      }
      writeEnd(json, event.at());
    });
  }

  byte[] state(JobEvent.StateChanged event) {
    return write(json -> {
      json.writeStringField("jobId", event.jobId().value());
      json.writeStringField("state", name(event.state()));
      json.writeStringField("host", event.host());
      writeText(json, "target", event.target().path());
      json.writeNumberField("attempt", event.attempt());
      writeTime(json, "until", event.until());
      if (event.pausedWith() != null) {
        json.writeStringField("paused", event.pausedWith().toString());
      }
      writeError(json, event.failure());
      writeEnd(json, event.at());
    });
  }

  /** The state in which a job stays. */
  byte[] finalState(JobEvent.Ended event) {
    return write(json -> {
      json.writeStringField("jobId", event.jobId().value());
      json.writeStringField("state", name(event.outcome()));
      writeText(json, "target", event.target() == null ? null : event.target().path());
      json.writeNumberField("attempt", event.attempts());
      writeError(json, event.failure());
      writeEnd(json, event.at());
    });
  }

  /** The terminal event; its time runs from when the job was accepted. */
  byte[] ended(JobEvent.Ended event) {
    return write(json -> {
      json.writeStringField("jobId", event.jobId().value());
      json.writeStringField("outcome", name(event.outcome()));
      writeText(json, "store", event.store());
      writeText(json, "target", event.target() == null ? null : event.target().path());
      if (event.file() != null) {
        writeFile(json, event.file());
      }
      json.writeNumberField("attempts", event.attempts());
      json.writeNumberField("bytesTransferred", event.bytesTransferred());
      HistoryJson.write(json, event.history());
      if (event.duplicateOf() != null) {
        json.writeStringField("duplicateOf", event.duplicateOf().toString());
      }
      writeTime(json, "acceptedAt", event.acceptedAt());
      writeTime(json, "startedAt", event.startedAt());
      writeTime(json, "finishedAt", event.at());
      json.writeNumberField(
          "elapsedMillis", Duration.between(event.acceptedAt(), event.at()).toMillis());
      json.writeStringField("worker", worker);
      writeLabels(json, event.labels());
      writeError(json, event.failure());
    });
  }

  /** A message that fits into an event: well-formed and of bounded length. */
  static String message(Failure failure) {
    String message = failure.message();
    return Json.wellFormed(
        message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "…" : message);
  }

  private static double percent(long bytes, long total) {
    return total == 0 ? 100 : Math.floor(bytes * TENTHS * 100 / total) / TENTHS;
  }

  private static void writeFile(JsonGenerator json, StoredFile file) throws IOException {
    json.writeStringField("location", Json.wellFormed(file.location()));
    json.writeNumberField("bytes", file.bytes());
    writeText(json, "checksum", file.checksum() == null ? null : file.checksum().toString());
    writeText(json, "contentType", file.contentType());
    writeText(json, "etag", file.etag());
  }

  private static void writeLabels(JsonGenerator json, Map<String, String> labels)
      throws IOException {
    if (!labels.isEmpty()) {
      json.writeObjectFieldStart("labels");
      for (Map.Entry<String, String> label : labels.entrySet()) {
        json.writeStringField(label.getKey(), label.getValue());
      }
      json.writeEndObject();
    }
  }

  private static void writeError(JsonGenerator json, @Nullable Failure failure) throws IOException {
    if (failure != null) {
      json.writeObjectFieldStart("error");
      json.writeStringField("code", failure.code().wireName());
      if (failure.status().isPresent()) {
        json.writeNumberField("status", failure.status().getAsInt());
      }
      json.writeStringField("message", message(failure));
      json.writeBooleanField("retryable", failure.retryable());
      json.writeEndObject();
    }
  }

  private void writeEnd(JsonGenerator json, Instant at) throws IOException {
    json.writeStringField("worker", worker);
    writeTime(json, "at", at);
  }

  private static void writeTime(JsonGenerator json, String field, @Nullable Instant time)
      throws IOException {
    if (time != null) {
      json.writeStringField(field, time.toString());
    }
  }

  private static void writeText(JsonGenerator json, String field, @Nullable String text)
      throws IOException {
    if (text != null) {
      json.writeStringField(field, Json.wellFormed(text));
    }
  }

  private static String name(JobState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static String name(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private interface Fields {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private byte[] write(Fields fields) {
    bytes.reset();
    try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      fields.writeTo(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be written", e);
    }
    return bytes.toByteArray();
  }
}
