package dev.haul.zoom;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the body of a signed request says. */
sealed interface WebhookEvent {
  /** Zoom asks whether the endpoint knows the secret. */
  record Question(String plainToken) implements WebhookEvent {}

  /**
   * Files are there.
   *
   * @param name the kind of the event and its time, which stay when Zoom sends it again
   */
  record Files(String name, List<Meeting> meetings) implements WebhookEvent {
    public Files {
      meetings = List.copyOf(meetings);
    }
  }

  /** Something else has happened. */
  record Other() implements WebhookEvent {}

  /** No event, or none of a meeting. */
  record Malformed() implements WebhookEvent {}

  Set<String> WITH_FILES =
      Set.of(
          "recording.completed",
          "recording.transcript_completed",
          "recording.recovered",
          "recording.batch_recovered");

  static WebhookEvent read(Buffer body) {
    JsonNode json = ZoomJson.parse(body);
    String event = json.path("event").asText("");
    JsonNode payload = json.path("payload");
    if (event.isEmpty()) {
      return new Malformed();
    }
    if (event.equals("endpoint.url_validation")) {
      return new Question(payload.path("plainToken").asText(""));
    }
    if (!WITH_FILES.contains(event)) {
      return new Other();
    }
    List<Meeting> meetings = meetings(payload.path("object"));
    return meetings.isEmpty()
        ? new Malformed()
        : new Files(event + " " + json.path("event_ts").asText(""), meetings);
  }

  /** A batch holds several; none is there without a UUID. */
  private static List<Meeting> meetings(JsonNode object) {
    List<Meeting> meetings = new ArrayList<>();
    if (object.path("meetings").isArray()) {
      object.path("meetings").forEach(one -> meetings.add(ZoomJson.meeting(one)));
    } else {
      meetings.add(ZoomJson.meeting(object));
    }
    meetings.removeIf(meeting -> meeting.uuid().isEmpty());
    return meetings;
  }
}
