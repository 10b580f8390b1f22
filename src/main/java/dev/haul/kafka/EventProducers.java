package dev.haul.kafka;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/** What the producers of events have in common. */
final class EventProducers {
  static final int BUFFER_BYTES = 16 << 20;

  /** A dead letter of 1 MiB, or of what a larger {@code max.message.bytes} lets in. */
  private static final int MAX_REQUEST_BYTES = 8 << 20;

  private EventProducers() {}

  static Map<String, Object> common(String clientId) {
    return Map.of(
        ProducerConfig.CLIENT_ID_CONFIG,
        clientId,
        ProducerConfig.ACKS_CONFIG,
        "all",
        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
        true,
        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
        ClientProperties.ONE_IN_FLIGHT,
        ProducerConfig.BATCH_SIZE_CONFIG,
        128 << 10,
        ProducerConfig.COMPRESSION_TYPE_CONFIG,
        "lz4",
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        (long) BUFFER_BYTES,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        MAX_REQUEST_BYTES);
  }
}
