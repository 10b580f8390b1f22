package dev.haul;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.haul.config.Settings;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.Lane;
import dev.haul.kafka.Rung;
import dev.haul.kafka.TestBroker;
import dev.haul.kafka.TopicSettings;
import dev.haul.kafka.Topics;
import dev.haul.kafka.WantedTopic;
import dev.haul.policy.Commit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ConditionFactory;

/**
 * A broker with a set of Haul's topics and a group that nobody else uses, as their user sees them.
 */
final class TestCluster {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  final String servers;
  final String group = TestBroker.fresh("group");
  final int partitions;
  final TopicSettings topics;

  TestCluster(String servers, int partitions) {
    this(servers, partitions, List.of());
  }

  /** With a topic for each of these delays, in which jobs wait. */
  private TestCluster(String servers, int partitions, List<Duration> delays) {
    this.servers = servers;
    this.partitions = partitions;
    this.topics = topics(delays);
    try (var admin = new Topics(new KafkaSettings(servers, group, Map.of()))) {
      admin.create(WantedTopic.all(topics, partitions), Optional.empty());
    }
  }

  /** Topics on the broker that the tests of this JVM share. */
  static TestCluster shared(int partitions) {
    return new TestCluster(TestBroker.bootstrapServers(), partitions);
  }

  private static TopicSettings topics(List<Duration> delays) {
    return new TopicSettings(
        List.of(new Lane(TestBroker.fresh("jobs"), 1)),
        TestBroker.fresh("control"),
        TestBroker.fresh("progress"),
        TestBroker.fresh("states"),
        TestBroker.fresh("completions"),
        TestBroker.fresh("dead"),
        delays.stream().map(delay -> new Rung(TestBroker.fresh("retry"), delay)).toList());
  }

  /** Topics on the shared broker, with some in which jobs wait. */
  static TestCluster withLadder(int partitions, Duration... delays) {
    return new TestCluster(TestBroker.bootstrapServers(), partitions, List.of(delays));
  }

  /** Waits generously, asking on the caller's thread. */
  static ConditionFactory eventually() {
    return await().pollInSameThread().pollInterval(Duration.ofMillis(50)).atMost(PATIENCE);
  }

  /** The settings of a worker on these topics, by key; patient with slow origins. */
  Map<String, String> settings(Path store, TestOrigin... origins) {
    var settings = new LinkedHashMap<String, String>();
    settings.put("kafka.bootstrap-servers", servers);
    settings.put("kafka.group-id", group);
    settings.put("topics.jobs", jobs());
    settings.put("topics.control", topics.control());
    settings.put("topics.progress", topics.progress());
    settings.put("topics.states", topics.states());
    settings.put("topics.completions", topics.completions());
    settings.put("topics.dead", topics.dead());
    settings.put(
        "topics.retry",
        topics.retry().stream().map(Rung::toString).collect(Collectors.joining(",")));
    settings.put("stores.default.root", store.toString());
    settings.put("fetch.allow-networks", "127.0.0.1/32");
    List<String> ports = new ArrayList<>();
    for (TestOrigin origin : origins) {
      ports.add("" + origin.port());
    }
    settings.put("fetch.allow-ports", String.join(",", ports));
    settings.put("fetch.first-byte-timeout", "10m");
    settings.put("fetch.read-timeout", "10m");
    settings.put("fetch.min-speed", "0");
    settings.put("retry.base-delay", "10ms");
    settings.put("retry.max-delay", "50ms");
    settings.put("admin.enabled", "false");
    return settings;
  }

  /** Starts a worker in this process. */
  static Worker start(Map<String, String> settings) {
    return Worker.start(Settings.load(null, Map.of(), settings));
  }

  String jobs() {
    return topics.jobs().getFirst().topic();
  }

  void send(List<ProducerRecord<byte[], byte[]>> records) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            servers,
            "max.request.size",
            8 << 20,
            "linger.ms",
            5,
            // To a topic this new, a second request could overtake the first for good.
            "max.in.flight.requests.per.connection",
            1);
    try (var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (var sent : records.stream().map(producer::send).toList()) {
        sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  void send(String... jobs) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String job : jobs) {
      records.add(new ProducerRecord<>(jobs(), null, job.getBytes(UTF_8)));
    }
    send(records);
  }

  /**
   * Publishes jobs for the paths {@code /job-0}, {@code /job-1} and so on, which are their ids and
   * targets too, one partition after the other.
   */
  void sendJobs(TestOrigin origin, int from, int to) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String job =
          "{\"id\":\"job-%d\",\"url\":\"%s\",\"target\":\"job-%d\"}"
              .formatted(i, origin.url("/job-" + i), i);
      records.add(new ProducerRecord<>(jobs(), i % partitions, null, job.getBytes(UTF_8)));
    }
    send(records);
  }

  TopicReader read(String topic) {
    return new TopicReader(servers, topic);
  }

  /** What the group has committed for each partition that has a commit. */
  Map<Integer, Commit> committed() {
    try (Admin admin = admin()) {
      var commits = new TreeMap<Integer, Commit>();
      get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
          .forEach((partition, offset) -> {
            if (offset != null) {
              commits.put(partition.partition(), new Commit(offset.offset(), offset.metadata()));
            }
          });
      return commits;
    }
  }

  /** The offset after the last record of each partition of the jobs, as if all were finished. */
  Map<Integer, Commit> ends() {
    try (Admin admin = admin()) {
      var wanted = new HashMap<TopicPartition, OffsetSpec>();
      for (int partition = 0; partition < partitions; partition++) {
        wanted.put(new TopicPartition(jobs(), partition), OffsetSpec.latest());
      }
      var ends = new TreeMap<Integer, Commit>();
      get(admin.listOffsets(wanted).all())
          .forEach(
              (partition, end) -> ends.put(partition.partition(), new Commit(end.offset(), "")));
      return ends;
    }
  }

  ConsumerGroupDescription group() {
    try (Admin admin = admin()) {
      return get(admin.describeConsumerGroups(List.of(group)).all()).get(group);
    }
  }

  /**
   * Has the broker forget the group's members, all of which were killed, before their sessions are
   * over. For members with the classic protocol.
   */
  void forgetMembers() {
    try (Admin admin = admin()) {
      get(
          admin
              .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
              .all());
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", servers));
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
