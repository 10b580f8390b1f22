package dev.haul.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;

/** What a peer reads of a Haul job, and the event it publishes at its end. */
record Job(String id, String url, Path target) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Job parse(String value, Path folder) {
    try {
      JsonNode job = JSON.readTree(value);
      return new Job(
          job.required("id").asText(),
          job.required("url").asText(),
          folder.resolve(job.required("target").asText()));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  String completion(long bytes) {
    ObjectNode event = JSON.createObjectNode();
    event.put("jobId", id);
    event.put("outcome", "completed");
    event.put("target", target.toString());
    event.put("bytes", bytes);
    event.put("finishedAt", Instant.now().toString());
    return event.toString();
  }
}
