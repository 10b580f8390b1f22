package dev.haul.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** Says what happened at an attempt, as a job's history tells it. */
final class AttemptWords {
  private AttemptWords() {}

  /** Such as {@code attempt 2 from example.com by w-1: stalled after 3.2 s and 1.0 MiB (…)}. */
  static String of(JsonNode attempt) {
    String code = attempt.path("code").asText();
    String message = attempt.path("message").asText();
    return "attempt %d from %s by %s: %s after %s and %s%s"
        .formatted(
            attempt.path("attempt").asInt(),
            attempt.path("host").asText(),
            attempt.path("worker").asText(),
            code.isEmpty() ? "all well" : code,
            took(attempt),
            Quantities.bytes(attempt.path("bytes").asLong()),
            message.isEmpty() ? "" : " (" + message + ")");
  }

  private static String took(JsonNode attempt) {
    try {
      return Quantities.time(
          Duration.between(
              Instant.parse(attempt.path("startedAt").asText()),
              Instant.parse(attempt.path("endedAt").asText())));
    } catch (DateTimeParseException e) {
      return "an unknown time";
    }
  }
}
