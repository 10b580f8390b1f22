package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that stood still while another took its place, and goes on as if nothing had been. */
class ZombieIT {
  private static final int JOBS = 40;

  @TempDir Path store;

  @Test
  void tells_no_end_and_no_state_of_a_job_that_went_to_another() throws Exception {
    TestCluster cluster = TestCluster.shared(1);
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader states = cluster.read(cluster.topics.states())) {
      Promise<Void> rest = Promise.promise();
      for (int i = 0; i < JOBS; i++) {
        origin.hold("/job-" + i, rest.future());
      }
      cluster.sendJobs(origin, 0, JOBS);
      Map<String, String> settings = cluster.settings(store, origin);
      settings.put("kafka.properties.session.timeout.ms", "4000");
      settings.put("worker.id", "zombie");
      try (WorkerProcess zombie = WorkerProcess.start(settings)) {
        eventually().until(() -> origin.counts().size() >= JOBS / 2);
        zombie.signal("STOP");

        settings.put("worker.id", "heir");
        int seen = origin.counts().values().stream().mapToInt(count -> count).sum();
        try (Worker _ = TestCluster.start(settings)) {
          eventually()
              .until(() -> origin.counts().values().stream().mapToInt(count -> count).sum() > seen);
          rest.complete();
          eventually().until(() -> cluster.committed().equals(cluster.ends()));

          zombie.signal("CONT");
          eventually().until(() -> zombie.output().contains("Lost"));
          zombie.terminate();
          assertThat(zombie.exitCode()).isZero();
        }
      }
      assertThat(completions.countByJob()).hasSize(JOBS);
      assertThat(completions.records()).as("none ends twice").hasSize(JOBS);
      for (JsonNode end : completions.records().stream().map(TopicReader::json).toList()) {
        assertThat(end.path("worker").textValue()).isEqualTo("heir");
        assertThat(end.path("outcome").textValue()).isEqualTo("completed");
      }
      assertThat(states.last().values())
          .allMatch(state -> state.path("state").textValue().equals("completed"));
      assertThat(new StoredFiles(store).wrong()).isEmpty();
      assertThat(new StoredFiles(store).names()).hasSize(JOBS);
    }
  }
}
