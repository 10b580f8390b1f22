package dev.haul.kafka;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.IfExists;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job while its JSON is read. A broken field does not end the reading: the id may still follow,
 * and it names the job whose end is told.
 */
final class JobDraft {
  private static final int MAX_LABEL_NAME = 128;
  private static final int MAX_LABEL = 1024;
  private static final int MAX_HEADER = 4096;
  private static final int MAX_DIGITS = 19;
  private static final int SHOWN = 64;

  private final JsonParser json;
  private final Set<JobField> seen = EnumSet.noneOf(JobField.class);
  private @Nullable InvalidField fault;

  private @Nullable JobId id;
  private @Nullable SourceUrl url;
  private List<SourceUrl> mirrors = List.of();
  private @Nullable Target target;
  private String store = DownloadJob.DEFAULT_STORE;
  private OptionalLong size = OptionalLong.empty();
  private @Nullable Checksum checksum;
  private Map<String, String> headers = Map.of();
  private @Nullable String credentials;
  private IfExists ifExists = IfExists.SKIP;
  private int priority = DownloadJob.DEFAULT_PRIORITY;
  private @Nullable String tenant;
  private @Nullable Instant notBefore;
  private @Nullable Instant deadline;
  private OptionalInt maxAttempts = OptionalInt.empty();
  private Map<String, String> labels = Map.of();

  JobDraft(JsonParser json) {
    this.json = json;
  }

  /** The job's own id as far as it could be read. */
  @Nullable JobId id() {
    return id;
  }

  /** What is wrong when the reader gave up: the first fault, or the field that it was in. */
  InvalidField beyondLimits() throws IOException {
    if (fault != null) {
      return fault;
    }
    String name = json.currentName();
    return new InvalidField(name == null ? "value" : shown(name), Json.LIMITS);
  }

  /**
   * Reads the whole value.
   *
   * @throws InvalidField when it is not one JSON object
   * @throws IOException when it is not JSON
   */
  void read() throws IOException {
    JsonToken first = json.nextToken();
    if (first == null) {
      throw new InvalidField("value", "must be a JSON object but was empty");
    }
    if (first != JsonToken.START_OBJECT) {
      throw new InvalidField("value", "must be a JSON object but was " + Json.words(first));
    }
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      try {
        readField(name);
      } catch (InvalidField e) {
        fault = fault == null ? e : fault;
        leaveField();
      }
    }
    if (json.nextToken() != null) {
      throw new InvalidField("value", "must be one JSON object but goes on after its end");
    }
  }

  /**
   * @param fallback names the job when it does not do so itself
   * @throws InvalidField naming the first broken field
   */
  DownloadJob job(JobId fallback) {
    if (fault != null) {
      throw fault;
    }
    if (url == null) {
      throw new InvalidField("url", "must be there");
    }
    return new DownloadJob(
        id == null ? fallback : id,
        url,
        mirrors,
        target == null ? Target.of(url) : target,
        store,
        size,
        checksum,
        headers,
        credentials,
        ifExists,
        priority,
        tenant,
        notBefore,
        deadline,
        maxAttempts,
        labels);
  }

  private void readField(String name) throws IOException {
    JobField field = JobField.of(name);
    if (field == null) {
      JobField nearest = JobField.nearest(name);
      throw new InvalidField(
          shown(name),
          "is not a field of a job"
              + (nearest == null ? "" : ": did you mean " + nearest.wireName() + "?"));
    }
    if (!seen.add(field)) {
      throw new InvalidField(name, "must be there only once");
    }
    switch (field) {
      case ID -> id = new JobId(text(name));
      case URL -> url = SourceUrl.parse(text(name));
      case MIRRORS -> mirrors = urls(name);
      case TARGET -> target = new Target(text(name));
      case STORE -> store = text(name);
      case SIZE -> size = OptionalLong.of(number(name, 0, Long.MAX_VALUE));
      case CHECKSUM -> checksum = Checksum.parse(text(name));
      case HEADERS -> headers = texts(name, MAX_LABEL_NAME, MAX_HEADER);
      case CREDENTIALS -> credentials = text(name);
      case IF_EXISTS -> ifExists = ifExists(text(name));
      case PRIORITY -> priority = (int) number(name, 0, 9);
      case TENANT -> tenant = text(name);
      case NOT_BEFORE -> notBefore = instant(name);
      case DEADLINE -> deadline = instant(name);
      case MAX_ATTEMPTS -> maxAttempts = OptionalInt.of((int) number(name, 1, 1000));
      case LABELS -> labels = texts(name, MAX_LABEL_NAME, MAX_LABEL);
    }
  }

  /** Skips what is left of a broken field. */
  private void leaveField() throws IOException {
    while (json.getParsingContext().getNestingDepth() > 1) {
      json.nextToken();
    }
  }

  private void expect(JsonToken token, String field, String kind) {
    JsonToken current = json.currentToken();
    if (current == JsonToken.VALUE_NULL) {
      throw new InvalidField(field, "must not be null");
    }
    if (current != token) {
      throw new InvalidField(field, "must be " + kind + " but was " + Json.words(current));
    }
  }

  private String text(String field) throws IOException {
    expect(JsonToken.VALUE_STRING, field, "a string");
    String text = json.getText();
    if (!Json.isWellFormed(text)) {
      throw new InvalidField(field, "must be well-formed Unicode");
    }
    return text;
  }

  private long number(String field, long min, long max) throws IOException {
    String rule = "must be a whole number from " + min + " to " + max;
    if (json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
      throw new InvalidField(field, rule + " but was " + shown(json.getText()));
    }
    expect(JsonToken.VALUE_NUMBER_INT, field, "a whole number");
    if (json.getTextLength() < MAX_DIGITS || json.getNumberType() != NumberType.BIG_INTEGER) {
      long number = json.getLongValue();
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw new InvalidField(field, rule + " but was " + shown(json.getText()));
  }

  private Instant instant(String field) throws IOException {
    String text = text(field);
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new InvalidField(
          field, text, "must be a time of ISO 8601 such as 2026-11-23T02:00:00Z");
    }
  }

  private static IfExists ifExists(String text) {
    return switch (text) {
      case "skip" -> IfExists.SKIP;
      case "replace" -> IfExists.REPLACE;
      case "fail" -> IfExists.FAIL;
      default -> throw new InvalidField("ifExists", text, "must be skip, replace or fail");
    };
  }

  private List<SourceUrl> urls(String field) throws IOException {
    expect(JsonToken.START_ARRAY, field, "an array of strings");
    var urls = new ArrayList<SourceUrl>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      String element = field + "[" + urls.size() + "]";
      String text = text(element);
      try {
        urls.add(SourceUrl.parse(text));
      } catch (InvalidField e) {
        String rule = String.valueOf(e.getMessage()).substring(e.field().length() + 1);
        throw new InvalidField(element, rule);
      }
    }
    return urls;
  }

  private Map<String, String> texts(String field, int maxName, int maxValue) throws IOException {
    expect(JsonToken.START_OBJECT, field, "an object of strings");
    var texts = new LinkedHashMap<String, String>();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      String entry = field + "." + shown(name);
      if (name.length() > maxName || !Json.isWellFormed(name)) {
        throw new InvalidField(
            entry, "must have a name of at most " + maxName + " well-formed characters");
      }
      String value = text(entry);
      if (value.length() > maxValue) {
        throw new InvalidField(entry, "must have at most " + maxValue + " characters");
      }
      if (texts.put(name, value) != null) {
        throw new InvalidField(entry, "must be there only once");
      }
    }
    return texts;
  }

  /** A name that a stranger chose, fit for a message: short, printable, without a query. */
  private static String shown(String name) {
    int query = name.indexOf('?');
    int end = Math.min(query < 0 ? name.length() : query, SHOWN);
    var shown = new StringBuilder(end + 1);
    name.chars().limit(end).forEach(c -> shown.append(Character.isISOControl(c) ? '_' : (char) c));
    return shown.append(end < name.length() ? "…" : "").toString();
  }
}
