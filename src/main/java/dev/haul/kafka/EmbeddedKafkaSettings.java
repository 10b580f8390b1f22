package dev.haul.kafka;

import dev.haul.job.InvalidField;
import java.nio.file.Path;

/**
 * The broker inside the worker: {@code embedded-kafka.enabled}, {@code .port} and {@code .data}.
 *
 * @param port on 127.0.0.1; 0 for any free one
 * @param data folder that holds everything the broker knows
 */
public record EmbeddedKafkaSettings(boolean enabled, int port, Path data) {
  public static final EmbeddedKafkaSettings DEFAULTS =
      new EmbeddedKafkaSettings(false, 9092, Path.of("haul-data", "kafka"));

  private static final int MAX_PORT = 65535;

  /**
   * @throws InvalidField when the port is out of range
   */
  public EmbeddedKafkaSettings {
    if (port < 0 || port > MAX_PORT) {
      throw new InvalidField("embedded-kafka.port", port, "must be from 0 to 65535");
    }
  }
}
