package dev.haul.kafka;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads and writes the values of control records: an action, and one field that says for what. */
final class ControlJson {
  private static final String SCOPES = "jobId, host, worker or all";

  private ControlJson() {}

  /**
   * Reads a command.
   *
   * @param at the timestamp of its record
   * @throws InvalidField saying why it is none
   */
  static ControlCommand read(byte @Nullable [] value, Instant at) {
    if (value == null) {
      throw new InvalidField("value", "must be a JSON object but was empty");
    }
    try (JsonParser json = Json.FACTORY.createParser(value)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidField("value", "must be a JSON object");
      }
      return command(json, at);
    } catch (IOException e) {
      throw new InvalidField("value", "must be a whole JSON object");
    }
  }

  private static ControlCommand command(JsonParser json, Instant at) throws IOException {
    Action action = null;
    ControlScope scope = null;
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      if (name.equals("action")) {
        action = action(text(json, name));
        continue;
      }
      ControlScope named = scope(json, name);
      if (scope != null) {
        throw new InvalidField("value", "must have no more than one of " + SCOPES);
      }
      scope = named;
    }
    if (json.nextToken() != null) {
      throw new InvalidField("value", "must be one JSON object but goes on after its end");
    }
    if (action == null) {
      throw new InvalidField("action", "must be there");
    }
    if (scope == null) {
      throw new InvalidField("value", "must have one of " + SCOPES);
    }
    return new ControlCommand(action, scope, at);
  }

  private static Action action(String text) {
    for (Action action : Action.values()) {
      if (action.wireName().equals(text)) {
        return action;
      }
    }
    throw new InvalidField("action", text, "must be cancel, pause or resume");
  }

  private static ControlScope scope(JsonParser json, String name) throws IOException {
    return switch (name) {
      case "jobId" -> new ControlScope.Job(new JobId(text(json, name)));
      case "host" -> ControlScope.Host.parse(text(json, name));
      case "worker" -> new ControlScope.Worker(text(json, name));
      case "all" -> {
        if (json.currentToken() != JsonToken.VALUE_TRUE) {
          throw new InvalidField(name, "must be true");
        }
        yield new ControlScope.All();
      }
      default -> throw new InvalidField("field", name, "must be action, " + SCOPES);
    };
  }

  private static String text(JsonParser json, String field) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new InvalidField(field, "must be a string");
    }
    return json.getText();
  }

  /** The value of the record that asks for this. */
  static byte[] write(Action action, ControlScope scope) {
    try (var bytes = new ByteArrayBuilder()) {
      try (JsonGenerator json = Json.FACTORY.createGenerator(bytes)) {
        json.writeStartObject();
        json.writeStringField("action", action.wireName());
        switch (scope) {
          case ControlScope.Job(JobId id) -> json.writeStringField("jobId", id.value());
          case ControlScope.Host(String name) -> json.writeStringField("host", name);
          case ControlScope.Worker(String id) -> json.writeStringField("worker", id);
          case ControlScope.All() -> json.writeBooleanField("all", true);
        }
        json.writeEndObject();
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail to be written", e);
    }
  }
}
