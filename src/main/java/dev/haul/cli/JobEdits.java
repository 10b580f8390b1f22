package dev.haul.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.kafka.JobDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes to the fields of a job: {@code url=https://…}, {@code priority=9}, {@code labels.team=a};
 * without a value a field goes. What comes out is a valid job.
 */
record JobEdits(Map<String, String> values) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> NUMBERS = Set.of("size", "priority", "maxAttempts");
  private static final String LIST = "mirrors";

  JobEdits {
    values = Map.copyOf(values);
    if (values.containsKey("id")) {
      throw new InvalidField("--edit id", "must not be given: a job keeps its id");
    }
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  /**
   * The value of a job's record with the changes.
   *
   * @throws InvalidField when it is no job before or after
   */
  byte[] apply(byte @Nullable [] value, JobId id) {
    ObjectNode job = object(value);
    values.forEach((field, text) -> put(job, field, text));
    byte[] edited = job.toString().getBytes(StandardCharsets.UTF_8);
    var _ = JobDecoder.parse(edited, id);
    return edited;
  }

  /** The changes in words, without the query of a URL and the value of a header. */
  String words() {
    List<String> words = new ArrayList<>();
    values.forEach((field, text) -> words.add(field + "=" + withoutSecrets(field, text)));
    words.sort(null);
    return String.join(" ", words);
  }

  private static String withoutSecrets(String field, String text) {
    return field.startsWith("headers") && !text.isEmpty()
        ? "…"
        : text.replaceAll("\\?[^,\\s]*", "?…");
  }

  private static ObjectNode object(byte @Nullable [] value) {
    try {
      JsonNode json = value == null ? JSON.missingNode() : JSON.readTree(value);
      if (json instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new InvalidField("value", "must be JSON to be edited");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("memory cannot fail to be read", e);
    }
    throw new InvalidField("value", "must be a JSON object to be edited");
  }

  private static void put(ObjectNode job, String field, String text) {
    int dot = field.indexOf('.');
    ObjectNode object = job;
    String name = field;
    if (dot > 0) {
      String parent = field.substring(0, dot);
      JsonNode there = job.path(parent);
      object = there instanceof ObjectNode known ? known : job.putObject(parent);
      name = field.substring(dot + 1);
    }
    if (text.isEmpty()) {
      object.remove(name);
    } else if (NUMBERS.contains(field) && text.matches("-?\\d{1,18}")) {
      object.put(name, Long.parseLong(text));
    } else if (field.equals(LIST)) {
      var list = object.putArray(name);
      for (String each : text.split(",", -1)) {
        list.add(each);
      }
    } else {
      object.put(name, text);
    }
  }
}
