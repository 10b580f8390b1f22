package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are killed while they run a job, and workers that are told to stop. */
class PoisonIT {
  private static final int DEATHS = 3;

  @TempDir Path store;

  private final TestCluster cluster = TestCluster.shared(1);

  private static String job(TestOrigin origin, String id) {
    return "{\"id\":\"%s\",\"url\":\"%s\",\"target\":\"%s\"}"
        .formatted(id, origin.url("/" + id), id);
  }

  private Map<String, String> settings(TestOrigin origin) {
    Map<String, String> settings = cluster.settings(store, origin);
    // Who takes over a killed member's name need not wait until the group misses it.
    settings.put("kafka.group-protocol", "classic");
    settings.put("kafka.instance-id", "one");
    settings.put("worker.id", "one");
    return settings;
  }

  @Test
  void a_job_that_kills_three_workers_is_quarantined_and_those_beside_it_are_not() {
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader dead = cluster.read(cluster.topics.dead())) {
      origin.on("/culprit", _ -> {});
      origin.delay(Duration.ofMillis(700));
      List<String> innocent = IntStream.range(0, 6).mapToObj(i -> "innocent-" + i).toList();
      innocent.subList(0, 3).forEach(id -> cluster.send(job(origin, id)));
      cluster.send(job(origin, "culprit"));
      innocent.subList(3, 6).forEach(id -> cluster.send(job(origin, id)));

      for (int deaths = 0; deaths < DEATHS; deaths++) {
        int seen = deaths;
        // Somebody new is beside the culprit each time.
        cluster.send(job(origin, "fresh-" + deaths));
        try (WorkerProcess worker = WorkerProcess.start(settings(origin))) {
          eventually().until(() -> origin.count("/culprit") > seen);
          worker.kill();
        }
      }
      try (Worker _ = TestCluster.start(settings(origin))) {
        eventually().until(() -> completions.jobs() == innocent.size() + DEATHS + 1);
      }

      assertThat(origin.count("/culprit")).isEqualTo(DEATHS);
      JsonNode end = completions.of("culprit").getFirst();
      assertThat(end.path("outcome").textValue()).isEqualTo("failed");
      assertThat(end.path("error").path("code").textValue()).isEqualTo("poison");
      assertThat(TopicReader.headers(dead.records("").getFirst()))
          .containsEntry("haul-error-code", "poison");
      assertThat(dead.records()).hasSize(1);
      assertThat(completions.countByJob().values()).allMatch(count -> count == 1);
      assertThat(
              completions.records().stream()
                  .map(TopicReader::json)
                  .filter(it -> it.path("outcome").textValue().equals("completed"))
                  .map(it -> it.path("jobId").textValue()))
          .containsAll(innocent)
          .hasSize(innocent.size() + DEATHS);
    }
  }

  @Test
  void an_orderly_stop_counts_for_nothing() {
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      var rest = origin.hold("/stopped");
      Map<String, String> settings = settings(origin);
      settings.put("poison.deaths", "1");
      settings.put("shutdown.grace", "0s");
      cluster.send(job(origin, "stopped"));
      try (WorkerProcess worker = WorkerProcess.start(settings)) {
        eventually().until(() -> origin.count("/stopped") == 1);
        worker.terminate();
        assertThat(worker.exitCode()).isZero();
      }
      rest.complete();
      try (Worker _ = TestCluster.start(settings)) {
        eventually().until(() -> !completions.of("stopped").isEmpty());
      }
      assertThat(completions.of("stopped").getFirst().path("outcome").textValue())
          .isEqualTo("completed");
    }
  }
}
