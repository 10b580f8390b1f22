package dev.haul.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.haul.job.Attempt;
import dev.haul.job.ErrorCode;
import dev.haul.job.History;
import dev.haul.job.InvalidField;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes and reads the attempts at a job: an array, in events and in headers. */
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

  /**
   * Reads an array back.
   *
   * @throws IllegalArgumentException when it is none that {@link #array} wrote
   */
  static History read(String array) {
    List<Attempt> attempts = new ArrayList<>();
    try (JsonParser json = Json.FACTORY.createParser(array)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new InvalidField("history", "must be an array");
      }
      while (json.nextToken() == JsonToken.START_OBJECT && attempts.size() < History.MOST) {
        attempts.add(attempt(json));
      }
      return new History(attempts);
    } catch (IOException | DateTimeException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Attempt attempt(JsonParser json) throws IOException {
    var fields = new HashMap<String, String>();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      String value = json.nextToken().isScalarValue() ? json.getText() : null;
      if (value == null) {
        throw new InvalidField(name, "must be a scalar");
      }
      fields.put(name, value);
    }
    return new Attempt(
        Integer.parseInt(text(fields, "attempt")),
        Instant.parse(text(fields, "startedAt")),
        Instant.parse(text(fields, "endedAt")),
        text(fields, "host"),
        code(fields.get("code")),
        fields.get("message"),
        Long.parseLong(text(fields, "bytes")),
        text(fields, "worker"));
  }

  private static String text(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new InvalidField(name, "must be there");
    }
    return value;
  }

  private static @Nullable ErrorCode code(@Nullable String wireName) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.wireName().equals(wireName)) {
        return code;
      }
    }
    return null;
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
