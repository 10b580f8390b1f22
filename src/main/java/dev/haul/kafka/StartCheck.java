package dev.haul.kafka;

import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges, before a worker starts, whether settings and topics can keep what Haul promises. */
public final class StartCheck {
  /** What was found; a refusal keeps the worker from starting. */
  public sealed interface Finding {
    String message();

    record Refusal(String message) implements Finding {}

    record Warning(String message) implements Finding {}
  }

  /**
   * A topic as the brokers have it.
   *
   * @param replication copies of the partition that has fewest
   * @param config values by the names of Kafka's settings
   */
  record TopicFacts(String name, int replication, Map<String, String> config) {
    long number(String setting) {
      return Long.parseLong(config.getOrDefault(setting, "-1"));
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(StartCheck.class);

  /** A member that gives up partitions blocks its poll for so long: 3 s to stop, 3 s to commit. */
  private static final Duration LONGEST_HAND_OVER = Duration.ofSeconds(10);

  private static final Duration SHORTEST_TRANSACTION = Duration.ofSeconds(2);
  private static final int HEARTBEATS_IN_A_SESSION = 3;

  /** A third of the silence after which a worker counts as cut off from Kafka. */
  private static final Duration LONGEST_HEARTBEAT = Duration.ofSeconds(5);

  private StartCheck() {}

  /**
   * Looks at the properties of Kafka's clients.
   *
   * @throws InvalidField when two of them do not go together
   */
  public static void checkProperties(KafkaSettings kafka) {
    Map<String, String> properties = kafka.properties();
    atLeast(properties, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, LONGEST_HAND_OVER);
    atLeast(properties, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, SHORTEST_TRANSACTION);
    String session = properties.get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
    String heartbeat = properties.get(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);
    if (heartbeat != null && Long.parseLong(heartbeat) > LONGEST_HEARTBEAT.toMillis()) {
      throw new InvalidField(
          "kafka.properties." + ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
          Long.parseLong(heartbeat),
          "must be at most " + LONGEST_HEARTBEAT.toMillis() + ", or /health/ready would flap");
    }
    if (session != null
        && heartbeat != null
        && Long.parseLong(session) < HEARTBEATS_IN_A_SESSION * Long.parseLong(heartbeat)) {
      throw new InvalidField(
          "kafka.properties." + ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
          session,
          "must be at least three times kafka.properties.heartbeat.interval.ms, " + heartbeat);
    }
  }

  private static void atLeast(Map<String, String> properties, String name, Duration least) {
    String value = properties.get(name);
    if (value != null && Long.parseLong(value) < least.toMillis()) {
      throw new InvalidField(
          "kafka.properties." + name,
          Long.parseLong(value),
          "must be at least " + least.toMillis());
    }
  }

  /**
   * Looks at the topics as they are; at none when Kafka does not let us look. Blocks.
   *
   * @param longestWait of a job that stays in a worker
   */
  public static List<Finding> ask(KafkaSettings kafka, TopicSettings topics, Duration longestWait) {
    try (var admin = new Topics(kafka)) {
      return findings(topics, admin.brokers(), admin.facts(topics.all()), longestWait);
    } catch (KafkaUnavailable e) {
      LOG.info("The settings of the topics are not checked: {}", e.getMessage());
      return List.of();
    }
  }

  /**
   * Looks at the topics.
   *
   * @param brokers that there are; with more than one it is production
   * @param longestWait of a job that stays in a worker, its record being unfinished meanwhile
   */
  static List<Finding> findings(
      TopicSettings topics, int brokers, List<TopicFacts> facts, Duration longestWait) {
    Map<String, Duration> waits = new HashMap<>();
    topics.jobTopics().forEach(topic -> waits.put(topic, longestWait));
    topics.retry().forEach(rung -> waits.put(rung.topic(), rung.delay()));
    List<Finding> findings = new ArrayList<>();
    long letters =
        facts.stream()
            .filter(topic -> topic.name().equals(topics.dead()))
            .mapToLong(topic -> topic.number(WantedTopic.MAX_BYTES))
            .findFirst()
            .orElse(-1);
    for (TopicFacts topic : facts) {
      Duration wait = waits.get(topic.name());
      if (wait != null) {
        findings.addAll(jobs(topic, letters, topics.dead(), wait));
      }
      if (brokers > 1) {
        findings.addAll(production(topic));
      }
    }
    return findings;
  }

  private static List<Finding> jobs(
      TopicFacts topic, long letters, String dead, Duration longestWait) {
    List<Finding> findings = new ArrayList<>();
    String cleanup = topic.config().getOrDefault(WantedTopic.CLEANUP, "");
    if (Set.of(cleanup.split(",", -1)).contains("compact")) {
      findings.add(
          new Finding.Refusal(
              topic.name() + " is compacted: a job would be lost when its key comes again"));
    }
    long kept = topic.number(WantedTopic.RETENTION);
    if (kept >= 0 && kept < longestWait.toMillis()) {
      findings.add(
          new Finding.Refusal(
              "%s keeps records for %d s, but a job may have to wait there for %d s"
                  .formatted(topic.name(), kept / 1000, longestWait.toSeconds())));
    }
    long bytes = topic.number(WantedTopic.MAX_BYTES);
    if (letters >= 0 && bytes > letters) {
      findings.add(
          new Finding.Refusal(
              "%s takes records of %d bytes but %s, where they go when they fail, of %d"
                  .formatted(topic.name(), bytes, dead, letters)));
    }
    return findings;
  }

  private static List<Finding> production(TopicFacts topic) {
    List<Finding> findings = new ArrayList<>();
    if (topic.replication() == 1) {
      findings.add(
          new Finding.Warning(
              topic.name() + " has one copy: what it holds is lost with its broker"));
    } else if (topic.number(WantedTopic.IN_SYNC) == 1) {
      findings.add(
          new Finding.Warning(
              topic.name()
                  + " has min.insync.replicas=1: what was acknowledged may be lost with one broker"));
    }
    return findings;
  }
}
