package dev.haul.kafka;

import dev.haul.job.InvalidField;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * How Kafka is reached and used: {@code kafka.*}.
 *
 * @param bootstrapServers {@code host:port}, comma-separated
 * @param groupProtocol how the members of the group share the partitions
 * @param instanceId makes this worker a static member, which keeps its partitions over a restart
 *     that is shorter than its session; null for none
 * @param transactions whether the ends of jobs and their offsets become true in one transaction
 * @param properties properties of Kafka's clients, passed to each client that knows them
 */
public record KafkaSettings(
    String bootstrapServers,
    String groupId,
    GroupProtocol groupProtocol,
    @Nullable String instanceId,
    boolean transactions,
    Map<String, String> properties) {

  private static final String PROPERTIES = "kafka.properties.";
  private static final Pattern SERVERS =
      Pattern.compile("[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*|(\\[[0-9a-fA-F:.]+]:\\d{1,5},?)+");

  private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  /** What Haul sets itself, because its promises or its codecs depend on it. */
  private static final Set<String> OWN =
      Set.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
          ProducerConfig.ACKS_CONFIG,
          ProducerConfig.TRANSACTIONAL_ID_CONFIG,
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);

  public static final KafkaSettings DEFAULTS =
      new KafkaSettings("localhost:9092", "haul", Map.of());

  /**
   * @throws InvalidField when a property would break a promise or Kafka refuses its value
   */
  public KafkaSettings {
    properties = Map.copyOf(properties);
    if (!SERVERS.matcher(bootstrapServers).matches()) {
      throw new InvalidField(
          "kafka.bootstrap-servers", bootstrapServers, "must be host:port, comma-separated");
    }
    if (groupId.isBlank()) {
      throw new InvalidField("kafka.group-id", groupId, "must not be blank");
    }
    if (instanceId != null && !INSTANCE.matcher(instanceId).matches()) {
      throw new InvalidField(
          "kafka.instance-id", instanceId, "must be 1 to 249 characters of A-Z a-z 0-9 . _ -");
    }
    properties.forEach(KafkaSettings::check);
  }

  /** Settings with the defaults of all that is not named. */
  public KafkaSettings(String bootstrapServers, String groupId, Map<String, String> properties) {
    this(bootstrapServers, groupId, GroupProtocol.AUTO, null, true, properties);
  }

  /** The same settings for other brokers. */
  public KafkaSettings withBootstrapServers(String servers) {
    return new KafkaSettings(servers, groupId, groupProtocol, instanceId, transactions, properties);
  }

  private static void check(String name, String value) {
    String field = PROPERTIES + name;
    switch (name) {
      case "bootstrap.servers" ->
          throw new InvalidField(field, "must not be set: use kafka.bootstrap-servers");
      case ConsumerConfig.GROUP_INSTANCE_ID_CONFIG ->
          throw new InvalidField(field, "must not be set: use kafka.instance-id");
      case "group.id" -> throw new InvalidField(field, "must not be set: use kafka.group-id");
      case ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG -> {
        if (!value.equalsIgnoreCase("true")) {
          throw new InvalidField(field, value, "must be true, which it is anyway");
        }
      }
      default -> {
        if (OWN.contains(name)) {
          throw new InvalidField(field, "must not be set: Haul's promises depend on it");
        }
      }
    }
    for (ConfigDef client :
        List.of(
            ConsumerConfig.configDef(),
            ProducerConfig.configDef(),
            AdminClientConfig.configDef())) {
      ConfigDef.ConfigKey key = client.configKeys().get(name);
      if (key != null) {
        checkWithKafka(field, key, value);
      }
    }
  }

  private static void checkWithKafka(String field, ConfigDef.ConfigKey key, String value) {
    try {
      Object parsed = ConfigDef.parseType(key.name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(key.name, parsed);
      }
    } catch (ConfigException e) {
      throw new InvalidField(field, "is refused by Kafka: " + e.getMessage());
    }
  }

  /** Names the properties without their values, which may be secret. */
  @Override
  public String toString() {
    return "KafkaSettings[bootstrapServers=%s, groupId=%s, groupProtocol=%s, instanceId=%s, transactions=%s, properties=%s]"
        .formatted(
            bootstrapServers,
            groupId,
            groupProtocol,
            instanceId,
            transactions,
            properties.keySet());
  }
}
