package dev.haul.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.haul.job.Attempt;
import dev.haul.job.History;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Writes the attempts at a job: an array, in events and in the header of dead letters. */
final class HistoryJson {
  private HistoryJson() {}

  /** Adds the field {@code history}, and how many attempts it leaves out, if there is any. */
  static void write(JsonGenerator json, History history) throws IOException {
    if (!history.attempts().isEmpty()) {
      json.writeFieldName("history");
      writeArray(json, history);
      if (history.omitted() > 0) {
        json.writeNumberField("historyOmitted", history.omitted());
      }
    }
  }

  /** The array alone. */
  static byte[] array(History history) {
    try (var bytes = new ByteArrayBuilder()) {
      try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
        writeArray(json, history);
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be written", e);
    }
  }

  private static void writeArray(JsonGenerator json, History history) throws IOException {
    json.writeStartArray();
    for (Attempt attempt : history.attempts()) {
      json.writeStartObject();
      json.writeNumberField("attempt", attempt.number());
      json.writeStringField("startedAt", attempt.startedAt().toString());
      json.writeStringField("endedAt", attempt.endedAt().toString());
      json.writeStringField("host", Json.wellFormed(attempt.host()));
      if (attempt.code() != null) {
        json.writeStringField("code", attempt.code().wireName());
      }
      writeMessage(json, attempt.message());
      json.writeNumberField("bytes", attempt.bytes());
      json.writeStringField("worker", Json.wellFormed(attempt.worker()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeMessage(JsonGenerator json, @Nullable String message)
      throws IOException {
    if (message != null) {
      json.writeStringField("message", Json.wellFormed(message));
    }
  }
}
