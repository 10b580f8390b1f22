package dev.haul;

import static dev.haul.TestCluster.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.TestBroker;
import dev.haul.kafka.Topics;
import dev.haul.kafka.WantedTopic;
import dev.haul.origin.Faults;
import dev.haul.origin.Origin;
import dev.haul.origin.OriginSettings;
import dev.haul.origin.SeenSecond;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hosts see of a worker: one that throttles, one that is down, one that has limits. */
class GuestIT {
  @TempDir Path store;

  private final TestCluster cluster = TestCluster.shared(3);

  private Map<String, String> settings(int... ports) {
    Map<String, String> settings = cluster.settings(store);
    settings.put("fetch.allow-ports", String.join(",", strings(ports)));
    return settings;
  }

  private static List<String> strings(int... numbers) {
    return Arrays.stream(numbers).mapToObj(Integer::toString).toList();
  }

  private void send(String prefix, int jobs, int port, String query) {
    send(cluster.jobs(), prefix, jobs, port, query);
  }

  private void send(String topic, String prefix, int jobs, int port, String query) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      String job =
          "{\"id\":\"%s-%d\",\"url\":\"http://127.0.0.1:%d/file/%s-%d?size=1000%s\",\"target\":\"%s-%d\"}"
              .formatted(prefix, i, port, prefix, i, query, prefix, i);
      records.add(new ProducerRecord<>(topic, null, job.getBytes(UTF_8)));
    }
    cluster.send(records);
  }

  private static long completed(TopicReader completions, String prefix) {
    return completions.records().stream()
        .map(TopicReader::json)
        .filter(end -> end.path("outcome").textValue().equals("completed"))
        .filter(end -> end.path("jobId").textValue().startsWith(prefix))
        .count();
  }

  @Test
  void hosts_that_throttle_are_neither_hammered_nor_starved() throws IOException {
    int jobs = 50;
    try (Origin seconds = Origin.start(InstantSource.system());
        Origin dates = Origin.start(InstantSource.system());
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      send("seconds", jobs, seconds.port(), "&limit=5&retry-after=1");
      send("dates", jobs, dates.port(), "&limit=5&retry-date=2");
      try (Worker _ = TestCluster.start(settings(seconds.port(), dates.port()))) {
        eventually().until(() -> completed(completions, "") == 2L * jobs);
      }
      for (Origin origin : List.of(seconds, dates)) {
        List<SeenSecond> seen = origin.seconds();
        int first = seen.getFirst().requests() + seen.get(1).requests();
        int all = seen.stream().mapToInt(SeenSecond::requests).sum();
        assertThat(all - first).as("after the first crowd: %s", seen).isLessThan(jobs * 3 / 2);
        long span = seen.getLast().second() - seen.getFirst().second() + 1;
        assertThat(span).as("seconds, where %d would do: %s", jobs / 5, seen).isLessThan(45);
      }
    }
  }

  @Test
  void a_host_that_is_down_costs_its_jobs_no_attempts_and_the_others_nothing() throws IOException {
    int port = freePort();
    try (Origin healthy = Origin.start(InstantSource.system());
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      send("down", 40, port, "");
      send("well", 400, healthy.port(), "");
      try (Worker _ = TestCluster.start(settings(port, healthy.port()))) {
        eventually().until(() -> completed(completions, "well") == 400);
        assertThat(completed(completions, "down")).isZero();
        var settings = new OriginSettings("127.0.0.1", port, 0, OptionalInt.empty(), Faults.NONE);
        try (Origin back = Origin.start(settings, InstantSource.system())) {
          eventually().until(() -> completed(completions, "down") == 40);
          assertThat(back.seconds().stream().mapToInt(SeenSecond::requests).sum()).isEqualTo(40);
        }
      }
      for (JsonNode end : completions.records().stream().map(TopicReader::json).toList()) {
        assertThat(end.path("outcome").textValue()).isEqualTo("completed");
        assertThat(end.path("attempts").intValue()).as(end.toString()).isLessThan(5);
      }
    }
  }

  @Test
  void a_host_that_stays_down_ends_its_jobs_when_patience_is_over() throws IOException {
    int port = freePort();
    try (TopicReader completions = cluster.read(cluster.topics.completions())) {
      send("down", 20, port, "");
      Map<String, String> settings = settings(port);
      settings.put("dispatch.patience", "3s");
      try (Worker _ = TestCluster.start(settings)) {
        eventually().until(() -> completions.jobs() == 20);
      }
      JsonNode error = completions.of("down-19").getFirst().path("error");
      assertThat(error.path("code").textValue()).isEqualTo("connect");
      assertThat(error.path("message").textValue())
          .endsWith("connection refused (the host has been down for 3s)");
    }
  }

  @Test
  void a_backlog_in_one_lane_delays_a_few_jobs_in_another_by_seconds() throws IOException {
    int backlog = 6_000;
    String small = TestBroker.fresh("small");
    try (var admin = new Topics(new KafkaSettings(cluster.servers, cluster.group, Map.of()))) {
      admin.create(List.of(new WantedTopic(small, 1, Map.of())), Optional.empty());
    }
    try (Origin origin = Origin.start(InstantSource.system());
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      send("large", backlog, origin.port(), "&latency=100ms");
      Map<String, String> settings = settings(origin.port());
      settings.put("topics.jobs", cluster.jobs() + "=3," + small);
      try (Worker _ = TestCluster.start(settings)) {
        eventually().until(() -> completed(completions, "large") > 300);
        long before = completed(completions, "large");
        send(small, "few", 10, origin.port(), "&latency=100ms");
        eventually().until(() -> completed(completions, "few") == 10);
        assertThat(completed(completions, "large") - before)
            .as("of the backlog, meanwhile")
            .isLessThan(backlog / 3);
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
