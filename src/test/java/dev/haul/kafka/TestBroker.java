package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A real broker for tests: one a JVM, started when first asked for and stopped with the JVM. It is
 * the embedded one, or, with {@code -Dhaul.test.broker=<image>} and a Docker engine, a container of
 * that image, such as {@code apache/kafka:4.2.0}.
 */
public final class TestBroker {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private TestBroker() {}

  /** The broker starts when this class is first used. */
  private static final class Running {
    static final String SERVERS = start();

    private static String start() {
      String image = System.getProperty("haul.test.broker", "");
      return image.isEmpty() ? embedded() : container(image);
    }

    /** Testcontainers removes it when this JVM has ended. */
    @SuppressWarnings("resource")
    private static String container(String image) {
      var broker =
          new KafkaContainer(
              DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"));
      broker.start();
      return broker.getBootstrapServers();
    }

    private static String embedded() {
      try {
        Path data = Files.createTempDirectory("haul-test-broker");
        EmbeddedKafka broker = EmbeddedKafka.start(new EmbeddedKafkaSettings(true, 0, data));
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(() -> {
                  broker.close();
                  delete(data);
                }));
        return broker.bootstrapServers();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public static String bootstrapServers() {
    return Running.SERVERS;
  }

  /** Settings for the broker, with a group of their own. */
  public static KafkaSettings kafka() {
    return kafka(Map.of());
  }

  public static KafkaSettings kafka(Map<String, String> properties) {
    return new KafkaSettings(bootstrapServers(), fresh("group"), properties);
  }

  /** A name that no other test uses. */
  public static String fresh(String name) {
    return name + "-" + NAMES.incrementAndGet();
  }

  /** Creates a set of topics with fresh names. */
  public static TopicSettings topics(int jobPartitions) {
    TopicSettings topics =
        new TopicSettings(
            List.of(new Lane(fresh("jobs"), 1)),
            fresh("control"),
            fresh("progress"),
            fresh("states"),
            fresh("completions"),
            fresh("dead"));
    List<NewTopic> wanted = new ArrayList<>();
    for (String topic : topics.all()) {
      int partitions = topics.jobTopics().contains(topic) ? jobPartitions : 1;
      wanted.add(
          new NewTopic(topic, partitions, (short) 1)
              .configs(Map.of("max.message.bytes", "2097152")));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      admin.createTopics(wanted).all().get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return topics;
  }

  /** Writes records to a topic; one that is null has no value. */
  public static void write(String topic, @Nullable String... values) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (String value : values) {
      records.add(new ProducerRecord<>(topic, value == null ? null : value.getBytes(UTF_8)));
    }
    TestTopic.write(records);
  }

  /** Removes a folder with all it holds. */
  static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
