package dev.haul.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at Haul's topics and makes those that are missing. Every method blocks, for 15 s at most,
 * and throws {@link KafkaUnavailable} when Kafka does not answer or refuses.
 */
public final class Topics implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final KafkaSettings kafka;
  private final Admin admin;

  public Topics(KafkaSettings kafka) {
    this.kafka = kafka;
    try {
      this.admin = Admin.create(ClientProperties.admin(kafka, Map.of()));
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** Compares each wanted topic with what is there, in the order given. */
  public List<TopicReport> check(List<WantedTopic> wanted) {
    List<TopicReport> reports = new ArrayList<>();
    Map<String, KafkaFuture<TopicDescription>> topics =
        admin.describeTopics(wanted.stream().map(WantedTopic::name).toList()).topicNameValues();
    for (WantedTopic topic : wanted) {
      reports.add(
          description(topics, topic)
              .map(description -> report(topic, description))
              .orElseGet(() -> TopicReport.missing(topic)));
    }
    return reports;
  }

  /**
   * Creates those that are missing, and returns when the brokers know them; the others stay as they
   * are.
   *
   * @param replication copies of each partition; empty for the broker's default
   */
  public void create(List<WantedTopic> wanted, Optional<Short> replication) {
    List<NewTopic> missing =
        wanted.stream()
            .map(topic ->
                new NewTopic(topic.name(), Optional.of(topic.partitions()), replication)
                    .configs(topic.config()))
            .toList();
    for (KafkaFuture<Void> created : admin.createTopics(missing).values().values()) {
      try {
        get(created);
      } catch (KafkaUnavailable e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
    awaitAll(wanted);
  }

  /** How many brokers there are. */
  int brokers() {
    return get(admin.describeCluster().nodes()).size();
  }

  /** What the brokers know about topics, all of which must be there. */
  List<StartCheck.TopicFacts> facts(Set<String> names) {
    var resources = names.stream().map(Topics::resource).toList();
    Map<ConfigResource, Config> configs = get(admin.describeConfigs(resources).all());
    List<StartCheck.TopicFacts> facts = new ArrayList<>();
    get(admin.describeTopics(names).allTopicNames())
        .forEach((name, description) -> {
          var values = new HashMap<String, String>();
          Config config = configs.get(resource(name));
          if (config != null) {
            config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
          }
          facts.add(new StartCheck.TopicFacts(name, replication(description), values));
        });
    return facts;
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private static int replication(TopicDescription description) {
    return description.partitions().stream()
        .mapToInt(partition -> partition.replicas().size())
        .min()
        .orElse(0);
  }

  /** Waits until so many brokers are there to hold copies. */
  public void awaitBrokers(int brokers) {
    long start = System.nanoTime();
    while (brokers() < brokers) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new KafkaUnavailable(
            kafka, new TimeoutException("fewer than " + brokers + " brokers after " + PATIENCE));
      }
    }
  }

  /** The controller answers before the brokers have heard of a new topic. */
  private void awaitAll(List<WantedTopic> wanted) {
    long start = System.nanoTime();
    Set<String> names = wanted.stream().map(WantedTopic::name).collect(Collectors.toSet());
    while (!get(admin.listTopics().names()).containsAll(names)) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new KafkaUnavailable(
            kafka, new TimeoutException("new topics are not known within " + PATIENCE));
      }
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }

  private Optional<TopicDescription> description(
      Map<String, KafkaFuture<TopicDescription>> topics, WantedTopic topic) {
    try {
      return Optional.of(get(topics.get(topic.name())));
    } catch (KafkaUnavailable e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private TopicReport report(WantedTopic wanted, TopicDescription description) {
    var resource = resource(wanted.name());
    Config config = get(admin.describeConfigs(List.of(resource)).values().get(resource));
    var values = new HashMap<String, String>();
    for (String setting : wanted.config().keySet()) {
      values.put(setting, config.get(setting).value());
    }
    return new TopicReport(
        wanted, description.partitions().size(), replication(description), values);
  }

  /** Waits for an answer that Kafka has promised for each name it was asked about. */
  private <T> T get(@Nullable KafkaFuture<T> future) {
    try {
      return Objects.requireNonNull(future).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new KafkaUnavailable(kafka, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaUnavailable(kafka, e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
