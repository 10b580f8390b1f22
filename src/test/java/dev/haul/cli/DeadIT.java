package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.RecordReader;
import dev.haul.pipeline.SourceRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters as an operator sees them, with a redrive that is killed in its middle. */
class DeadIT {
  private static final int JOBS = 60;
  private static final int KILLED = 137;

  @TempDir Path folder;

  private HaulProcess haul(String... arguments) throws IOException {
    return HaulProcess.start(folder, arguments);
  }

  private String run(int exitCode, String... arguments) throws IOException, InterruptedException {
    try (HaulProcess process = haul(arguments)) {
      assertThat(process.exitCode()).as("%s", process.err()).isEqualTo(exitCode);
      return process.out();
    }
  }

  @Test
  void every_letter_is_driven_again_once_though_the_redrive_is_killed() throws Exception {
    try (HaulProcess broker = haul("kafka", "--topics", "--port=0", "--data=kafka")) {
      broker.awaitOut("127.0.0.1:");
      String servers = broker.out().strip();
      String brokers = "--bootstrap-servers=" + servers;
      failJobs(brokers);
      assertThat(run(0, "dead", "list", brokers).lines()).hasSize(JOBS + 1);

      String[] redrive = {"dead", "redrive", "--all", "--edit=priority=9", brokers};
      try (HaulProcess killed = haul(with(redrive, "--rate=10"))) {
        eventually().until(() -> killed.out().lines().count() >= JOBS / 4);
        killed.signal("KILL");
        assertThat(killed.exitCode()).isEqualTo(KILLED);
      }
      assertThat(run(0, with(redrive, "--dry-run")).lines())
          .as("what is left")
          .hasSizeBetween(1, JOBS - JOBS / 4);
      run(0, with(redrive, "--json"));

      assertThat(run(0, "dead", "list", brokers)).isEqualTo("no dead letters\n");
      assertThat(run(0, "dead", "list", "--all", brokers).lines())
          .filteredOn(line -> line.contains("redriven"))
          .hasSize(JOBS);
      Set<String> letters = new HashSet<>();
      assertThat(redriven(servers)).hasSize(JOBS).allMatch(letters::add);
    }
  }

  /** Runs jobs that cannot succeed; no worker runs afterwards. */
  private void failJobs(String brokers) throws IOException, InterruptedException {
    try (HaulProcess worker =
        haul("worker", brokers, "--admin-port=0", "--set=retry.max-attempts=1")) {
      worker.awaitOut("takes jobs of");
      List<String> submit = new ArrayList<>(List.of("submit", "--wait", brokers));
      for (int i = 0; i < JOBS; i++) {
        submit.add("http://127.0.0.1/file-" + i + "?token=secret");
      }
      run(1, submit.toArray(String[]::new));
      worker.signal("TERM");
      assertThat(worker.exitCode()).isZero();
    }
  }

  /** The letters from which the jobs in the job topic were driven again. */
  private static List<String> redriven(String servers) {
    var kafka = new KafkaSettings(servers, "test", Map.of());
    List<String> letters = new ArrayList<>();
    try (RecordReader reader = RecordReader.of(kafka, List.of("haul.jobs"))) {
      eventually()
          .until(() -> {
            for (SourceRecord job : reader.poll(Duration.ofMillis(500))) {
              String letter = TrailText.header(job, "haul-redriven-from");
              if (!letter.isEmpty()) {
                letters.add(letter);
              }
            }
            return letters.size() >= JOBS;
          });
      reader
          .poll(Duration.ofSeconds(2))
          .forEach(job -> letters.add(TrailText.header(job, "haul-redriven-from")));
    }
    return letters;
  }

  private static String[] with(String[] arguments, String another) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(another);
    return all.toArray(String[]::new);
  }

  private static ConditionFactory eventually() {
    return await().pollInSameThread().atMost(Duration.ofSeconds(90));
  }
}
