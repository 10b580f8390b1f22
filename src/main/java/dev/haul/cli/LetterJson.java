package dev.haul.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.kafka.Letter;
import dev.haul.pipeline.SourceRecord;
import java.nio.charset.StandardCharsets;

/** Writes dead letters as JSON, for programs. It holds no URL's query. */
final class LetterJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LetterJson() {}

  /** The letter without the job's own record. */
  static ObjectNode json(Letter letter) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("jobId", letter.jobId().value());
    json.put("state", letter.resolution() == null ? "open" : letter.resolution().word());
    json.put("diedAt", letter.diedAt().toString());
    json.putObject("error").put("code", letter.code()).put("message", letter.message());
    json.put("attempts", letter.attempts());
    if (letter.host() != null) {
      json.put("host", letter.host());
    }
    if (!letter.labels().isEmpty()) {
      ObjectNode labels = json.putObject("labels");
      letter.labels().forEach(labels::put);
    }
    json.put("redrives", letter.redrives());
    json.put("origin", letter.origin().toString());
    json.put("place", letter.record().position().toString());
    if (letter.resolution() != null) {
      json.put("resolvedAt", letter.resolution().at().toString());
      json.put("resolvedBy", letter.resolution().by());
    }
    JsonNode history = history(letter.record());
    if (history.isArray()) {
      json.set("history", history);
    }
    return json;
  }

  /** The attempts that the letter tells of; missing when it tells of none. */
  static JsonNode history(SourceRecord record) {
    for (SourceRecord.Header header : record.headers()) {
      if (header.name().equals("haul-history") && header.value() != null) {
        try {
          return JSON.readTree(new String(header.value(), StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
          return JSON.missingNode();
        }
      }
    }
    return JSON.missingNode();
  }
}
