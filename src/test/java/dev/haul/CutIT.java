package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.origin.Origin;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transfer that is cut 20 times, and whose worker is killed three times. */
class CutIT {
  private static final long MIB = 1 << 20;

  /** By hand {@code -Dhaul.cut.mib=1024}, where all that comes twice is less than a twentieth. */
  private static final long SIZE = Long.getLong("haul.cut.mib", 64) * MIB;

  private static final int CUTS = 20;
  private static final int KILLS = 3;

  /** What a part may hold that its journal does not, and what buffers hold. */
  private static final long LOST_BY_A_KILL = 6 * MIB;

  @TempDir Path store;

  @Test
  void arrives_whole_and_little_of_it_comes_twice() throws Exception {
    TestCluster cluster = TestCluster.shared(1);
    String file =
        "cut?size=%d&cut=%d*%d&rate=%d".formatted(SIZE, SIZE / CUTS, CUTS + KILLS, SIZE / 4);
    try (Origin origin = Origin.start(InstantSource.system());
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      Map<String, String> settings = cluster.settings(store);
      settings.put("fetch.allow-ports", "" + origin.port());
      settings.put("retry.max-attempts", "100");
      settings.put("kafka.properties.session.timeout.ms", "6000");
      cluster.send(
          "{\"id\":\"cut\",\"url\":\"%s\",\"target\":\"cut\"}".formatted(origin.url(file)));
      for (int kill = 1; kill <= KILLS; kill++) {
        long enough = SIZE * kill / (KILLS + 1);
        try (WorkerProcess worker = WorkerProcess.start(settings)) {
          eventually().until(() -> origin.seen("cut").bytes() > enough);
          worker.kill();
        }
        cluster.forgetMembers();
      }
      try (Worker _ = TestCluster.start(settings)) {
        eventually().until(() -> !completions.of("cut").isEmpty());
      }

      List<JsonNode> ends = completions.of("cut");
      assertThat(ends).hasSize(1);
      assertThat(ends.getFirst().path("outcome").textValue()).as("%s", ends).isEqualTo("completed");
      assertThat(ends.getFirst().path("checksum").textValue())
          .isEqualTo(origin.checksum(file).toString());
      assertThat(store.resolve("cut")).hasSize(SIZE);
      assertThat(origin.seen("cut").requests()).isGreaterThanOrEqualTo(CUTS);
      assertThat(origin.seen("cut").bytes())
          .as("bytes sent, of %s", origin.seen("cut"))
          .isBetween(SIZE, SIZE + Math.max(SIZE / 20, KILLS * LOST_BY_A_KILL));
    }
  }
}
