package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.Commit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that come and go while their group is busy. */
class RebalanceIT {
  private static final int JOBS = 3_000;
  private static final int PARTITIONS = 6;

  @TempDir Path store;

  @Test
  void every_job_ends_once_while_workers_join_and_leave() {
    TestCluster cluster = TestCluster.shared(PARTITIONS);
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      origin.delay(Duration.ofMillis(50));
      cluster.sendJobs(origin, 0, JOBS);
      Map<Integer, Commit> ends = cluster.ends();
      Worker first = TestCluster.start(settings(cluster, origin, "first"));
      try {
        eventually().until(() -> completions.jobs() >= JOBS / 10);
        try (Worker _ = TestCluster.start(settings(cluster, origin, "second"))) {
          eventually().until(() -> endsBy(completions, "second") >= JOBS / 10);
          assertThat(completions.jobs()).as("jobs ended before one leaves").isLessThan(JOBS);
          first.close();
          eventually().until(() -> cluster.committed().equals(ends));
        }
      } finally {
        first.close();
      }
      assertThat(completions.countByJob()).as("no job is lost").hasSize(JOBS);
      assertThat(completions.records()).as("none ends twice").hasSize(JOBS);
      assertThat(completions.records().stream().map(TopicReader::json))
          .allMatch(end -> end.path("outcome").textValue().equals("completed"))
          .allMatch(end -> end.path("attempts").intValue() == 1);
      var files = new StoredFiles(store);
      assertThat(files.names()).hasSize(JOBS);
      assertThat(files.wrong()).isEmpty();
    }
  }

  private Map<String, String> settings(TestCluster cluster, TestOrigin origin, String id) {
    Map<String, String> settings = cluster.settings(store, origin);
    settings.put("worker.id", id);
    settings.put("intake.max-jobs", "200");
    settings.put("kafka.properties.max.poll.records", "50");
    settings.put("dispatch.max-concurrent", "16");
    return settings;
  }

  private static long endsBy(TopicReader completions, String worker) {
    return completions.records().stream()
        .map(TopicReader::json)
        .collect(
            Collectors.groupingBy(end -> end.path("worker").textValue(), Collectors.counting()))
        .getOrDefault(worker, 0L);
  }
}
