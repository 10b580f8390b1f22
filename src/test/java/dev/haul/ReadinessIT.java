package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.cli.HaulProcess;
import dev.haul.kafka.EmbeddedKafka;
import dev.haul.kafka.EmbeddedKafkaSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker answers to probes while its only broker is away. */
class ReadinessIT {
  /** Heartbeats go out each second, so the last one before the broker goes is younger than this. */
  private static final Duration HEARTBEATS = Duration.ofSeconds(5);

  @TempDir Path store;
  @TempDir Path data;

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void a_worker_is_ready_again_with_its_broker_and_lives_without(String protocol)
      throws IOException {
    EmbeddedKafka broker = EmbeddedKafka.start(new EmbeddedKafkaSettings(true, 0, data));
    var cluster = new TestCluster(broker.bootstrapServers(), 3);
    int port = Integer.parseInt(cluster.servers.substring(cluster.servers.indexOf(':') + 1));
    try (var origin = new TestOrigin();
        var pages = new AdminPages()) {
      Map<String, String> settings = cluster.settings(store, origin);
      settings.put("kafka.group-protocol", protocol);
      pages.serveBy(settings);
      try (WorkerProcess worker = WorkerProcess.start(settings)) {
        eventually().until(pages::isReady);

        long gone = System.nanoTime();
        broker.close();
        eventually().until(() -> !pages.isReady());

        assertThat(Duration.ofNanos(System.nanoTime() - gone))
            .as("a moment without Kafka is nothing")
            .isGreaterThan(Readiness.LONGEST_SILENCE.minus(HEARTBEATS));
        assertThat(pages.readiness())
            .matches(
                "\\{\"status\":\"down\",\"checks\":\\[\\{\"name\":\"group\",.*},"
                    + "\\{\"name\":\"kafka\",\"status\":\"down\","
                    + "\"reason\":\"Kafka has not answered for \\d+ s\"}]}\n");
        assertThat(pages.metric("haul_kafka_silence_seconds"))
            .isGreaterThanOrEqualTo((double) Readiness.LONGEST_SILENCE.toSeconds());
        assertThat(pages.isLive()).isTrue();

        broker = EmbeddedKafka.start(new EmbeddedKafkaSettings(true, port, data));
        eventually().until(pages::isReady);
        cluster.sendJobs(origin, 0, 3);
        try (TopicReader completions = cluster.read(cluster.topics.completions())) {
          eventually().until(() -> completions.jobs() == 3);
        }
        assertThat(worker.isAlive()).isTrue();
      }
    } finally {
      broker.close();
    }
  }

  @Test
  void a_worker_that_waits_for_kafka_lives_and_tells_that_it_is_not_ready() throws Exception {
    TestCluster cluster;
    try (EmbeddedKafka first = EmbeddedKafka.start(new EmbeddedKafkaSettings(true, 0, data))) {
      cluster = new TestCluster(first.bootstrapServers(), 3);
    }
    int port = Integer.parseInt(cluster.servers.substring(cluster.servers.indexOf(':') + 1));
    try (var pages = new AdminPages()) {
      Map<String, String> settings = cluster.settings(store);
      pages.serveBy(settings);
      List<String> command = new ArrayList<>(List.of("worker"));
      settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
      try (HaulProcess worker = HaulProcess.start(store, command.toArray(String[]::new))) {
        eventually().until(() -> worker.err().contains("cannot be reached"));

        assertThat(pages.isLive()).isTrue();
        assertThat(pages.readiness()).contains("not, or no longer, a member of its group");

        try (var _ = EmbeddedKafka.start(new EmbeddedKafkaSettings(true, port, data))) {
          eventually().until(pages::isReady);
        }
      }
    }
  }
}
