package dev.haul.kafka;

import dev.haul.job.InvalidField;
import java.util.Map;

/** How Kafka is reached. */
public record KafkaSettings(
    String bootstrapServers, String groupId, Map<String, String> properties) {
  public static final KafkaSettings DEFAULTS =
      new KafkaSettings("localhost:9092", "haul", Map.of());

  public KafkaSettings {
    properties = Map.copyOf(properties);
    if (bootstrapServers.isBlank()) {
      throw new InvalidField("kafka.bootstrap-servers", "must not be empty");
    }
    if (groupId.isBlank()) {
      throw new InvalidField("kafka.group-id", "must not be empty");
    }
  }

  /** Names the properties without their values, which may be secret. */
  @Override
  public String toString() {
    return "KafkaSettings[bootstrapServers=%s, groupId=%s, properties=%s]"
        .formatted(bootstrapServers, groupId, properties.keySet());
  }
}
