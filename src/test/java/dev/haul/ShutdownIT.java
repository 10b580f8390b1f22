package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.policy.Commit;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is asked to stop: what can end does, the rest goes back as if never begun. */
class ShutdownIT {
  private static final int JOBS = 1_000;
  private static final int PARTITIONS = 3;
  private static final String ENDS_IN_TIME = "job-1";
  private static final String NEVER_ENDS = "job-2";

  @TempDir Path store;

  @Test
  void a_worker_under_load_ends_what_it_can_and_hands_over_the_rest() {
    TestCluster cluster = TestCluster.shared(PARTITIONS);
    try (var origin = new TestOrigin();
        var admin = new AdminPages();
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      Promise<Void> inTime = origin.hold("/" + ENDS_IN_TIME);
      Promise<Void> never = origin.hold("/" + NEVER_ENDS);
      origin.delay(Duration.ofMillis(20));
      cluster.sendJobs(origin, 0, JOBS);
      Map<String, String> settings = cluster.settings(store, origin);
      settings.put("intake.max-jobs", "100");
      settings.put("kafka.properties.max.poll.records", "50");
      settings.put("dispatch.max-concurrent", "8");
      settings.put("shutdown.grace", "2s");
      admin.serveBy(settings);

      try (WorkerProcess worker = WorkerProcess.start(settings)) {
        eventually()
            .until(() ->
                completions.jobs() >= JOBS / 4
                    && origin.count("/" + ENDS_IN_TIME) == 1
                    && origin.count("/" + NEVER_ENDS) == 1);
        worker.terminate();
        eventually().until(() -> !admin.isReady());
        inTime.complete();
        assertThat(worker.exitCode()).isZero();
        assertThat(worker.output()).doesNotContain("Exception", "WARN", "ERROR");
      }
      Map<String, Long> first = completions.countByJob();
      assertThat(first).containsKey(ENDS_IN_TIME).doesNotContainKey(NEVER_ENDS);
      assertThat(first.size()).isLessThan(JOBS);
      assertThat(new StoredFiles(store).names()).isEqualTo(first.keySet());
      assertThat(new StoredFiles(store).wrong()).isEmpty();

      never.complete();
      settings.put("admin.enabled", "false");
      try (Worker _ = TestCluster.start(settings)) {
        Map<Integer, Commit> ends = cluster.ends();
        eventually().until(() -> cluster.committed().equals(ends));
      }
      assertThat(completions.countByJob()).hasSize(JOBS);
      assertThat(completions.records()).as("nothing ends twice").hasSize(JOBS);
      for (JsonNode end : completions.records().stream().map(TopicReader::json).toList()) {
        assertThat(end.path("outcome").textValue()).isEqualTo("completed");
        assertThat(end.path("attempts").intValue()).as(end.toString()).isEqualTo(1);
      }
      assertThat(origin.count("/" + NEVER_ENDS)).isEqualTo(2);
      assertThat(origin.counts().values().stream().filter(count -> count > 1))
          .as("what had ended, or not begun, is fetched once")
          .hasSize(1);
      assertThat(new StoredFiles(store).wrong()).isEmpty();
    }
  }

  @Test
  void a_worker_whose_jobs_end_in_time_stops_without_a_complaint() {
    TestCluster cluster = TestCluster.shared(1);
    try (var origin = new TestOrigin();
        var admin = new AdminPages();
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      Promise<Void> rest = origin.hold("/job-0");
      cluster.sendJobs(origin, 0, 1);
      Map<String, String> settings = cluster.settings(store, origin);
      admin.serveBy(settings);
      try (WorkerProcess worker = WorkerProcess.start(settings)) {
        eventually().until(() -> origin.count("/job-0") == 1);
        worker.terminate();
        eventually().until(() -> !admin.isReady());
        rest.complete();
        assertThat(worker.exitCode()).isZero();
        assertThat(worker.output()).doesNotContain("Exception", "WARN", "ERROR");
      }
      assertThat(completions.countByJob()).containsOnly(Map.entry("job-0", 1L));
      assertThat(cluster.committed()).isEqualTo(cluster.ends());
    }
  }
}
