package dev.haul.cli;

import dev.haul.config.Settings;
import dev.haul.kafka.EmbeddedKafka;
import dev.haul.kafka.EmbeddedKafkaSettings;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.TopicSettings;
import dev.haul.kafka.Topics;
import dev.haul.kafka.WantedTopic;
import java.io.IOException;
import java.util.Optional;

/** Starts the embedded broker, whose jars an installation may leave out. */
final class Broker {
  /** Partitions of each job topic: at most so many workers share its jobs. */
  static final int JOB_PARTITIONS = 12;

  private Broker() {}

  /**
   * Starts a broker.
   *
   * @throws IOException with a message for people
   */
  static EmbeddedKafka start(EmbeddedKafkaSettings settings) throws IOException {
    try {
      Class.forName("kafka.server.KafkaRaftServer", false, Broker.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IOException(
          "this installation has no broker: the folder lib-broker/ is missing", e);
    }
    return EmbeddedKafka.start(settings);
  }

  /** Starts a broker that has all topics. */
  static EmbeddedKafka startWithTopics(Settings settings) throws IOException {
    EmbeddedKafka broker = start(settings.embeddedKafka());
    try {
      createTopics(
          settings.kafka().withBootstrapServers(broker.bootstrapServers()),
          settings.topics(),
          settings.embeddedKafka().replication());
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Makes the topics that are missing. */
  static void createTopics(KafkaSettings kafka, TopicSettings names, short replication) {
    try (var topics = new Topics(kafka)) {
      topics.awaitBrokers(replication);
      topics.create(WantedTopic.all(names, JOB_PARTITIONS), Optional.of(replication));
    }
  }
}
