package dev.haul.zoom;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Zoom sends. Fields that it does not know are fine; those that are missing are empty.
 */
final class ZoomJson {
  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(1 << 20)
                          .maxNestingDepth(32)
                          .build())
                  .build())
          .build();

  private static final int SHOWN = 200;

  private ZoomJson() {}

  /** Missing when it is no JSON, such as the page of a proxy. */
  static JsonNode parse(@Nullable Buffer body) {
    try {
      return body == null ? MissingNode.getInstance() : MAPPER.readTree(body.getBytes());
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** What Zoom said, fit for a message; empty for nothing. */
  static String quoted(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.isEmpty()
        ? ""
        : " (" + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line) + ")";
  }

  static Meeting meeting(JsonNode json) {
    String uuid = json.path("uuid").asText("");
    Instant start = time(json.path("start_time"));
    List<RecordingFile> files = new ArrayList<>();
    json.path("recording_files").forEach(file -> files.add(file(file, uuid, start)));
    return new Meeting(
        uuid,
        json.path("id").asText(""),
        json.path("topic").asText(""),
        start,
        json.path("duration").asLong(0),
        json.path("host_email").asText(json.path("host_id").asText("")),
        files);
  }

  private static RecordingFile file(JsonNode json, String meeting, Instant meetingStart) {
    Instant start = time(json.path("recording_start"));
    return new RecordingFile(
        meeting,
        json.path("id").asText(""),
        json.path("file_type").asText(""),
        json.path("file_extension").asText(""),
        json.path("recording_type").asText(""),
        json.path("status").asText(""),
        start.equals(Instant.EPOCH) ? meetingStart : start,
        json.path("file_size").canConvertToLong() && json.path("file_size").isNumber()
            ? OptionalLong.of(json.path("file_size").asLong())
            : OptionalLong.empty(),
        json.path("download_url").asText(""));
  }

  private static Instant time(JsonNode json) {
    try {
      return Instant.parse(json.asText(""));
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }
}
