package dev.haul.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.kafka.JobTrail;
import dev.haul.kafka.Letter;
import dev.haul.pipeline.SourceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Says in words what has happened to a job, the oldest first. */
final class TrailStory {
  /** Something that happened; entries of one time keep their order. */
  private record Entry(Instant at, String words) {
    String line() {
      return at + "  " + words;
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  private TrailStory() {}

  static List<String> of(JobTrail trail) {
    var story = new TrailStory();
    trail.jobs().forEach(job -> story.add(job.timestamp(), published(job)));
    trail.waits().forEach(story::addWait);
    trail.ends().forEach(story::addEnd);
    trail.letters().forEach(story::addResolution);
    return story.entries.stream()
        .sorted(Comparator.comparing(Entry::at))
        .distinct()
        .map(Entry::line)
        .toList();
  }

  /** How a job has ended, from its terminal event. */
  static String end(JsonNode end) {
    return switch (end.path("outcome").asText()) {
      case "completed" ->
          "completed after %s, %s at %s"
              .formatted(
                  attempts(end),
                  Quantities.bytes(end.path("bytes").asLong()),
                  end.path("location").asText());
      case "failed" ->
          "failed after %s with %s: %s"
              .formatted(
                  attempts(end),
                  end.path("error").path("code").asText(),
                  end.path("error").path("message").asText());
      default -> "cancelled: " + end.path("error").path("message").asText();
    };
  }

  private static String attempts(JsonNode end) {
    int attempts = end.path("attempts").asInt();
    return attempts == 1 ? "1 attempt" : attempts + " attempts";
  }

  private void add(Instant at, String words) {
    entries.add(new Entry(at, words));
  }

  private static String published(SourceRecord job) {
    String from = TrailText.header(job, "haul-redriven-from");
    String edits = TrailText.header(job, "haul-redriven-edits");
    return "published as %s%s%s"
        .formatted(
            job.position(),
            from.isEmpty()
                ? ""
                : ", driven again from %s by %s"
                    .formatted(from, TrailText.header(job, "haul-redriven-by")),
            edits.isEmpty() ? "" : " with " + edits);
  }

  private void addWait(SourceRecord wait) {
    add(
        wait.timestamp(),
        "moved to %s, to wait until %s"
            .formatted(
                wait.position().partition().topic(), TrailText.header(wait, "haul-not-before")));
    addAttempts(TrailText.parse(TrailText.header(wait, "haul-history")));
  }

  private void addEnd(SourceRecord end) {
    JsonNode json = TrailText.json(end);
    if (json.hasNonNull("acceptedAt")) {
      add(TrailText.time(json.path("acceptedAt").asText()), "taken by a worker");
    }
    addAttempts(json.path("history"));
    add(
        json.hasNonNull("finishedAt")
            ? TrailText.time(json.path("finishedAt").asText())
            : end.timestamp(),
        end(json));
  }

  private void addAttempts(JsonNode history) {
    for (JsonNode attempt : history) {
      add(TrailText.time(attempt.path("startedAt").asText()), AttemptWords.of(attempt));
    }
  }

  private void addResolution(Letter letter) {
    Letter.Resolution resolution = letter.resolution();
    if (resolution != null) {
      add(
          resolution.at(),
          "its dead letter was %s by %s".formatted(resolution.word(), resolution.by()));
    }
  }
}
