package dev.haul.kafka;

import java.nio.file.Path;

/** The broker inside the worker. */
public record EmbeddedKafkaSettings(boolean enabled, int port, Path data) {
  public static final EmbeddedKafkaSettings DEFAULTS =
      new EmbeddedKafkaSettings(false, 9092, Path.of("haul-data/kafka"));
}
