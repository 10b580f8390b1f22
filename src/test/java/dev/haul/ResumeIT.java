package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.origin.Origin;
import dev.haul.origin.SeenPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large transfer whose connection is cut and whose worker is killed, again and again. */
class ResumeIT {
  private static final long SIZE = 512L << 20;
  private static final int KILLS = 2;

  /** Slow enough that what lies in the buffers of a killed connection counts for little. */
  private static final String FILE = "video?size=512MiB&cut=24MiB&rate=64MiB";

  @TempDir Path store;

  @Test
  void cuts_and_kills_cost_little_and_the_file_is_whole() throws IOException {
    TestCluster cluster = TestCluster.shared(1);
    try (Origin origin = Origin.start(InstantSource.system());
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      Map<String, String> settings = cluster.settings(store);
      settings.put("fetch.allow-ports", "" + origin.port());
      settings.put("kafka.properties.session.timeout.ms", "6000");
      cluster.send(
          "{\"id\":\"video\",\"url\":\"%s\",\"target\":\"video\",\"checksum\":\"%s\"}"
              .formatted(origin.url(FILE), origin.checksum(FILE)));

      for (int kill = 1; kill <= KILLS; kill++) {
        long enough = SIZE * kill / (KILLS + 1);
        try (WorkerProcess worker = WorkerProcess.start(settings)) {
          eventually().until(() -> origin.seen("video").bytes() >= enough);
          worker.kill();
        }
        assertThat(store.resolve("video")).doesNotExist();
      }
      try (WorkerProcess worker = WorkerProcess.start(settings)) {
        eventually().until(() -> completions.jobs() == 1);
        worker.terminate();
        assertThat(worker.exitCode()).isZero();
      }

      assertThat(completions.records())
          .singleElement()
          .extracting(TopicReader::json)
          .satisfies(end -> {
            assertThat(end.path("outcome").textValue()).isEqualTo("completed");
            assertThat(end.path("bytes").longValue()).isEqualTo(SIZE);
            assertThat(end.path("attempts").intValue()).isEqualTo(1);
          });
      assertThat(store.resolve("video")).hasSize(SIZE);
      SeenPath seen = origin.seen("video");
      assertThat(seen.requests()).isGreaterThan(20);
      assertThat(seen.statuses().get(200)).as("asked for the whole file").isEqualTo(1);
      assertThat(seen.bytes()).as("bytes in all").isLessThan(SIZE * 105 / 100);
      try (Stream<Path> left = Files.walk(store.resolve(".haul/parts"))) {
        assertThat(left.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }
}
