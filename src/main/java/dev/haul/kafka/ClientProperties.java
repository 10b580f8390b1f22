package dev.haul.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Turns settings into the properties of one kind of client: its defaults here, then what the user
 * set. A property that only another kind of client knows is left out, as Kafka would warn of it;
 * one that no client knows goes to all, for it may belong to a plug-in.
 */
final class ClientProperties {
  /**
   * With more, a producer can get stuck for good at a partition that knows nothing of it yet: when
   * its first batch is refused (NOT_LEADER_OR_FOLLOWER) and the second, under way already, is
   * taken, the first is out of order ever after. Batches make up for the waiting.
   */
  static final int ONE_IN_FLIGHT = 1;

  private static final Set<String> CONSUMER = ConsumerConfig.configNames();
  private static final Set<String> PRODUCER = ProducerConfig.configNames();
  private static final Set<String> ADMIN = AdminClientConfig.configNames();

  private ClientProperties() {}

  static Map<String, Object> consumer(KafkaSettings settings, Map<String, Object> defaults) {
    return merged(settings, CONSUMER, defaults);
  }

  static Map<String, Object> producer(KafkaSettings settings, Map<String, Object> defaults) {
    return merged(settings, PRODUCER, defaults);
  }

  static Map<String, Object> admin(KafkaSettings settings, Map<String, Object> defaults) {
    return merged(settings, ADMIN, defaults);
  }

  private static Map<String, Object> merged(
      KafkaSettings settings, Set<String> known, Map<String, Object> defaults) {
    var merged = new HashMap<String, Object>(defaults);
    merged.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
    settings
        .properties()
        .forEach((name, value) -> {
          if (known.contains(name) || !isKnown(name)) {
            merged.put(name, value);
          }
        });
    return merged;
  }

  private static boolean isKnown(String name) {
    return CONSUMER.contains(name) || PRODUCER.contains(name) || ADMIN.contains(name);
  }
}
