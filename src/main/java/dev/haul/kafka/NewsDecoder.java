package dev.haul.kafka;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads event records back, for the commands that show them. Fields it does not know are fine. */
final class NewsDecoder {
  private final TopicSettings topics;

  NewsDecoder(TopicSettings topics) {
    this.topics = topics;
  }

  /** What a record says; empty when somebody else wrote it. */
  Optional<JobNews> decode(String topic, byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      var fields = new Fields(flattened(value));
      if (topic.equals(topics.progress())) {
        return Optional.of(progress(fields));
      }
      return Optional.of(topic.equals(topics.states()) ? state(fields) : ended(fields));
    } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static JobNews progress(Fields fields) {
    return new JobNews.Progress(
        new JobId(fields.text("jobId")),
        Integer.parseInt(fields.text("attempt")),
        Long.parseLong(fields.text("bytes")),
        fields.number("totalBytes"),
        fields.decimal("bytesPerSecond"),
        fields.decimal("etaSeconds"),
        fields.text("worker"),
        Instant.parse(fields.text("at")));
  }

  private static JobNews state(Fields fields) {
    String until = fields.get("until");
    return new JobNews.State(
        new JobId(fields.text("jobId")),
        JobState.valueOf(fields.text("state").toUpperCase(Locale.ROOT)),
        fields.get("host"),
        fields.get("target"),
        Integer.parseInt(fields.text("attempt")),
        until == null ? null : Instant.parse(until),
        fields.get("paused"),
        fields.get("error.code"),
        fields.get("error.message"),
        fields.text("worker"),
        Instant.parse(fields.text("at")));
  }

  private static JobNews ended(Fields fields) {
    return new JobNews.Ended(
        new JobId(fields.text("jobId")),
        Outcome.valueOf(fields.text("outcome").toUpperCase(Locale.ROOT)),
        fields.get("target"),
        fields.get("location"),
        fields.number("bytes"),
        Integer.parseInt(fields.text("attempts")),
        Long.parseLong(fields.text("elapsedMillis")),
        fields.get("error.code"),
        fields.get("error.message"),
        fields.text("worker"),
        Instant.parse(fields.text("finishedAt")));
  }

  /** The scalars of a value by their path, such as {@code error.code}. */
  private static Map<String, String> flattened(byte[] value) throws IOException {
    var fields = new HashMap<String, String>();
    try (JsonParser json = Json.FACTORY.createParser(value)) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token.isScalarValue()) {
          String path = json.getParsingContext().pathAsPointer().toString();
          fields.put(path.substring(Math.min(1, path.length())).replace('/', '.'), json.getText());
        }
      }
    }
    return fields;
  }

  private record Fields(Map<String, String> byPath) {
    @Nullable String get(String path) {
      return byPath.get(path);
    }

    String text(String path) {
      String value = byPath.get(path);
      if (value == null) {
        throw new IllegalArgumentException(path + " is missing");
      }
      return value;
    }

    OptionalLong number(String path) {
      String value = byPath.get(path);
      return value == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value));
    }

    OptionalDouble decimal(String path) {
      String value = byPath.get(path);
      return value == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(value));
    }
  }
}
