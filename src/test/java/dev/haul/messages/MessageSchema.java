package dev.haul.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A schema of docs/messages, asked for what a message breaks. */
public final class MessageSchema {
  static final Path FOLDER = Path.of("docs/messages");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode text;
  private final Schema schema;

  private MessageSchema(JsonNode text, SpecificationVersion version) {
    this.text = text;
    this.schema = SchemaRegistry.withDefaultDialect(version).getSchema(text);
  }

  /** The schema of this name, without {@code .schema.json}. */
  public static MessageSchema of(String name) {
    Path file = FOLDER.resolve(name + ".schema.json");
    return new MessageSchema(read(file), SpecificationVersion.DRAFT_2020_12);
  }

  static MessageSchema draft7(Path file) {
    return new MessageSchema(read(file), SpecificationVersion.DRAFT_7);
  }

  static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same schema, which refuses fields that it does not name. */
  public MessageSchema closed() {
    JsonNode closed = text.deepCopy();
    close(closed);
    return new MessageSchema(closed, SpecificationVersion.DRAFT_2020_12);
  }

  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("type").asText().equals("object")
        && object.has("properties")) {
      object.put("additionalProperties", false);
    }
    node.forEach(MessageSchema::close);
  }

  /** What a message breaks, in words; nothing when it fits. */
  public List<String> faults(JsonNode message) {
    return schema
        .validate(
            message,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .toList();
  }

  /** What a text breaks that ought to be a schema of JSON Schema 2020-12. */
  static List<String> metaFaults(JsonNode text) {
    SpecificationVersion version = SpecificationVersion.DRAFT_2020_12;
    return SchemaRegistry.withDefaultDialect(version)
        .getSchema(SchemaLocation.of(version.getDialectId()))
        .validate(text)
        .stream()
        .map(Error::toString)
        .toList();
  }

  JsonNode text() {
    return text;
  }
}
