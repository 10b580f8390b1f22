package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.OffsetLedger;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is killed: nothing is lost, nothing is half, and little is done again. */
class CrashIT {
  private static final int JOBS = 2_000;
  private static final int PARTITIONS = 4;
  private static final int SLOW_EVERY = 125;

  /** What the worker may hold: the window, and one poll on top of it. */
  private static final int WINDOW = 64;

  private static final int POLL = 32;

  @TempDir Path store;

  @Test
  void only_what_was_in_flight_runs_again() {
    TestCluster cluster = TestCluster.shared(PARTITIONS);
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      Promise<Void> rest = Promise.promise();
      for (int i = 0; i < JOBS; i += SLOW_EVERY) {
        origin.hold("/job-" + i, rest.future());
      }
      cluster.sendJobs(origin, 0, JOBS);
      Map<String, String> settings = cluster.settings(store, origin);
      settings.put("intake.max-jobs", "" + WINDOW);
      settings.put("kafka.properties.max.poll.records", "" + POLL);
      settings.put("kafka.properties.session.timeout.ms", "6000");
      var files = new StoredFiles(store);

      try (WorkerProcess worker = WorkerProcess.start(settings)) {
        eventually().until(() -> completions.jobs() >= JOBS / 2);
        worker.kill();
      }
      assertThat(files.wrong()).as("files that are not whole after the kill").isEmpty();
      eventually()
          .alias("what is told and what is committed become the same")
          .until(() -> completions.countByJob().keySet().equals(finished(cluster)));
      Set<String> ended = new TreeSet<>(completions.countByJob().keySet());
      Map<String, Integer> asked = origin.counts();

      try (WorkerProcess worker = WorkerProcess.start(settings)) {
        eventually().until(() -> completions.jobs() > ended.size());
        rest.complete();
        eventually().until(() -> cluster.committed().equals(cluster.ends()));
        worker.terminate();
        assertThat(worker.exitCode()).isZero();
      }

      Map<String, Long> ends = completions.countByJob();
      assertThat(ends).as("no job is lost").hasSize(JOBS);
      assertThat(files.names()).hasSize(JOBS);
      assertThat(files.wrong()).isEmpty();
      Set<String> again = new TreeSet<>();
      origin
          .counts()
          .forEach((path, count) -> {
            if (asked.containsKey(path) && count > asked.get(path)) {
              again.add(path.substring(1));
            }
          });
      assertThat(ends.values()).as("terminal events of a job").allMatch(count -> count == 1);
      assertThat(again).as("finished is finished").doesNotContainAnyElementsOf(ended);
      assertThat(again.size())
          .as("only what was in flight runs again")
          .isLessThanOrEqualTo(WINDOW + POLL);
      assertThat(origin.counts().values()).as("nothing runs three times").allMatch(it -> it <= 2);
      try (TopicReader states = cluster.read(cluster.topics.states())) {
        assertThat(states.last().values())
            .as("latest states")
            .allMatch(state -> state.path("state").textValue().equals("completed"));
      }
      assertThat(completions.records().stream().map(TopicReader::json))
          .allMatch(end -> end.path("outcome").textValue().equals("completed"));
    }
  }

  /** The jobs that the group's commits say need not run again. */
  private static Set<String> finished(TestCluster cluster) {
    var finished = new TreeSet<String>();
    cluster
        .committed()
        .forEach((partition, commit) -> {
          OffsetLedger ledger = OffsetLedger.from(commit);
          assertThat(ledger.metadataIgnored()).isFalse();
          for (int offset = 0; offset < JOBS / PARTITIONS; offset++) {
            if (!ledger.take(offset)) {
              finished.add("job-" + (offset * PARTITIONS + partition));
            }
          }
        });
    return finished;
  }
}
