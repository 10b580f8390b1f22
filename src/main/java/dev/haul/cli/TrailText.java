package dev.haul.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.haul.pipeline.SourceRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Reads what records say; what cannot be read is missing, empty or the epoch. */
final class TrailText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TrailText() {}

  static JsonNode json(SourceRecord record) {
    return record.value() == null
        ? JSON.missingNode()
        : parse(new String(record.value(), StandardCharsets.UTF_8));
  }

  static JsonNode parse(String text) {
    try {
      return text.isEmpty() ? JSON.missingNode() : JSON.readTree(text);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  static String header(SourceRecord record, String name) {
    for (SourceRecord.Header header : record.headers()) {
      if (header.name().equals(name) && header.value() != null) {
        return new String(header.value(), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }
}
