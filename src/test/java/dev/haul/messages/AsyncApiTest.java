package dev.haul.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.haul.config.Settings;
import dev.haul.kafka.TopicSettings;
import dev.haul.kafka.WantedTopic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds docs/messages/asyncapi.yaml to its specification, to the schemas and to the program. */
class AsyncApiTest {
  private static final TopicSettings TOPICS = Settings.defaults().topics();

  /** The npm package {@code @asyncapi/specs}, which the script .ci/run unpacks. */
  private static final Path SPECIFICATION = Path.of("target/asyncapi/package/schemas/3.0.0.json");

  private final JsonNode document = document();

  private static JsonNode document() {
    try {
      return new YAMLMapper().readTree(MessageSchema.FOLDER.resolve("asyncapi.yaml").toFile());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void the_document_keeps_to_the_specification() {
    assumeThat(SPECIFICATION).as("the schema of AsyncAPI").exists();
    assertThat(MessageSchema.draft7(SPECIFICATION).faults(document)).isEmpty();
  }

  @Test
  void the_topics_are_those_of_the_program() {
    Map<String, String> wanted = new HashMap<>();
    for (WantedTopic topic : WantedTopic.all(TOPICS, 1)) {
      wanted.put(topic.name(), topic.config().get("cleanup.policy"));
    }
    Map<String, String> told = new HashMap<>();
    for (JsonNode channel : document.path("channels")) {
      String address = channel.path("address").textValue();
      JsonNode kafka = channel.at("/bindings/kafka");
      List<String> policies = new ArrayList<>();
      kafka.at("/topicConfiguration/cleanup.policy").forEach(it -> policies.add(it.textValue()));
      String policy = policies.isEmpty() ? "delete" : String.join(",", policies);
      JsonNode delays = channel.at("/parameters/delay/enum");
      delays.forEach(delay -> told.put(address.replace("{delay}", delay.textValue()), policy));
      if (delays.isMissingNode()) {
        told.put(address, policy);
        assertThat(kafka.path("topic").textValue()).isEqualTo(address);
      }
    }
    assertThat(told).isEqualTo(wanted);
  }

  @Test
  void every_reference_leads_somewhere_and_every_schema_is_used() throws IOException {
    var used = new TreeSet<String>();
    for (JsonNode reference : document.findValues("$ref")) {
      String place = reference.textValue();
      if (place.startsWith("#")) {
        assertThat(document.at(place.substring(1)).isMissingNode()).as(place).isFalse();
      } else {
        assertThat(MessageSchema.FOLDER.resolve(place)).exists();
        used.add(Path.of(place).getFileName().toString());
      }
    }
    try (Stream<Path> files = Files.list(MessageSchema.FOLDER)) {
      assertThat(used)
          .isEqualTo(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> name.endsWith(".schema.json"))
                  .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  static Stream<String> schemas() throws IOException {
    try (Stream<Path> files = Files.list(MessageSchema.FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".schema.json"))
          .map(name -> name.replace(".schema.json", ""))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void a_schema_is_one_and_its_examples_fit(String name) {
    MessageSchema schema = MessageSchema.of(name);
    assertThat(MessageSchema.metaFaults(schema.text())).isEmpty();
    for (JsonNode example : schema.text().path("examples")) {
      assertThat(schema.closed().faults(example)).as(example.toString()).isEmpty();
    }
  }
}
