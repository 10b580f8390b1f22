package dev.haul.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.kafka.JobTrail;
import dev.haul.kafka.Letter;
import dev.haul.pipeline.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says in words where a job is, what happened so far and what comes next.
 *
 * @param state one word: queued, running, waiting, paused, completed, failed, cancelled or unknown
 * @param where the job is now
 * @param happened what is known of its past, the oldest first
 * @param next what will happen by itself, or what somebody may do
 */
record Explanation(String state, String where, List<String> happened, String next) {
  private static final Set<String> FINAL = Set.of("completed", "failed", "cancelled");

  Explanation {
    happened = List.copyOf(happened);
  }

  static Explanation of(JobTrail trail, Instant now) {
    Optional<SourceRecord> open = openRecord(trail);
    if (open.isEmpty() && !trail.ends().isEmpty()) {
      return ended(trail);
    }
    Optional<JsonNode> last = lastState(trail, open);
    if (last.isPresent()) {
      return underWay(trail, open, last.get(), now);
    }
    return open.map(job -> queued(trail, job)).orElseGet(() -> unknown(trail));
  }

  /** The youngest record of the job that has no end yet. */
  private static Optional<SourceRecord> openRecord(JobTrail trail) {
    List<String> ended = trail.ends().stream().map(end -> TrailText.header(end, "ce_id")).toList();
    return trail.jobs().reversed().stream()
        .filter(record -> !ended.contains(record.position().toString()))
        .findFirst();
  }

  /** The last state, unless it is final: then it is that of an earlier record. */
  private static Optional<JsonNode> lastState(JobTrail trail, Optional<SourceRecord> open) {
    return trail.states().reversed().stream()
        .findFirst()
        .filter(state -> open.isEmpty() || !state.timestamp().isBefore(open.get().timestamp()))
        .map(TrailText::json)
        .filter(state -> !FINAL.contains(state.path("state").asText()));
  }

  private static Explanation unknown(JobTrail trail) {
    return trail.isWhole()
        ? new Explanation(
            "unknown",
            "no record with this id is kept in the topics of Haul",
            TrailStory.of(trail),
            "nothing")
        : new Explanation(
            "unknown",
            "nothing was found, but not all could be read",
            TrailStory.of(trail),
            "ask again with a longer --within");
  }

  private static Explanation ended(JobTrail trail) {
    JsonNode end = TrailText.json(trail.ends().getLast());
    String outcome = end.path("outcome").asText();
    return new Explanation(
        outcome, TrailStory.end(end), TrailStory.of(trail), afterwards(trail, outcome));
  }

  private static String afterwards(JobTrail trail, String outcome) {
    if (!outcome.equals("failed")) {
      return "nothing: this was its end";
    }
    if (trail.letters().isEmpty()) {
      return "nothing: its dead letter is not kept any more; publish the job again to run it";
    }
    Letter letter = trail.letters().getLast();
    Letter.Resolution resolution = letter.resolution();
    return resolution == null
        ? "nothing by itself: its dead letter %s is open; haul dead redrive %s runs it again"
            .formatted(letter.record().position(), trail.id().value())
        : "nothing: its dead letter was " + resolution.word();
  }

  private static Explanation queued(JobTrail trail, SourceRecord job) {
    var queue = new QueuePlace(trail, job);
    return new Explanation("queued", queue.words(), TrailStory.of(trail), queue.next());
  }

  private static Explanation underWay(
      JobTrail trail, Optional<SourceRecord> open, JsonNode last, Instant now) {
    String worker = last.path("worker").asText();
    String told = ago(last.path("at").asText(), now);
    int attempt = last.path("attempt").asInt();
    List<String> happened = TrailStory.of(trail);
    return switch (last.path("state").asText()) {
      case "running" ->
          new Explanation(
              "running",
              "attempt %d is under way at %s, begun %s%s"
                  .formatted(attempt, worker, told, progress(trail)),
              happened,
              "it ends or is tried again; if the worker dies, the next owner of its partition runs it");
      case "waiting" -> waiting(trail, last, now);
      default ->
          new Explanation(
              "queued",
              "%s took it %s and has no free slot for it yet".formatted(worker, told),
              happened,
              open.flatMap(job -> new QueuePlace(trail, job).command())
                  .orElse("attempt %d as soon as a slot is free".formatted(attempt + 1)));
    };
  }

  private static Explanation waiting(JobTrail trail, JsonNode last, Instant now) {
    List<String> happened = TrailStory.of(trail);
    String worker = last.path("worker").asText();
    int attempt = last.path("attempt").asInt();
    String paused = last.path("paused").asText();
    if (!paused.isEmpty()) {
      return new Explanation(
          "paused",
          "%s holds it, because %s is paused".formatted(worker, paused),
          happened,
          "it goes on when that is resumed: see haul resume --help");
    }
    String error = last.path("error").path("message").asText();
    String until = last.path("until").asText();
    String place = trail.waits().isEmpty() ? worker : trail.waits().getLast().position().toString();
    return new Explanation(
        "waiting",
        "%sit waits at %s"
            .formatted(
                error.isEmpty() ? "" : "attempt %d failed (%s); ".formatted(attempt, error), place),
        happened,
        "attempt %d%s"
            .formatted(attempt + 1, until.isEmpty() ? "" : " at " + until + in(until, now)));
  }

  private static String progress(JobTrail trail) {
    if (trail.progress().isEmpty()) {
      return "";
    }
    JsonNode last = TrailText.json(trail.progress().getLast());
    String percent = last.path("percent").asText();
    return "; %s%s so far"
        .formatted(
            Quantities.bytes(last.path("bytes").asLong()),
            percent.isEmpty() ? "" : ", " + percent + " %,");
  }

  private static String ago(String time, Instant now) {
    Duration age = Duration.between(TrailText.time(time), now);
    return age.isNegative() ? "at " + time : Quantities.time(age) + " ago";
  }

  private static String in(String time, Instant now) {
    Duration left = Duration.between(now, TrailText.time(time));
    return left.isNegative()
        ? ", which is past: a worker takes it up soon, if one runs"
        : ", in " + Quantities.time(left);
  }
}
