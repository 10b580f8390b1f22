package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.origin.Origin;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * A transfer that is cut 20 times, and whose worker is killed some times before the last one is
 * stopped with its job done.
 *
 * @param seconds that the file takes at the speed of its server
 * @param mostTwice bytes that may come more than once
 */
record CutTrial(int kills, long seconds, long mostTwice) {
  static final long MIB = 1 << 20;

  /** By hand {@code -Dhaul.cut.mib=1024}. */
  static final long SIZE = Long.getLong("haul.cut.mib", 64) * MIB;

  /** Where the file goes. */
  static final String TARGET = "cut";

  private static final int CUTS = 20;

  /**
   * Runs it.
   *
   * @param root of the default store
   * @param store what is to be set beside
   * @return the end of the job, which is complete and has the checksum of what was sent
   */
  JsonNode run(Path root, Map<String, String> store) throws Exception {
    TestCluster cluster = TestCluster.shared(1);
    String file =
        "cut?size=%d&cut=%d*%d&rate=%d".formatted(SIZE, SIZE / CUTS, CUTS + kills, SIZE / seconds);
    try (Origin origin = Origin.start(InstantSource.system());
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      Map<String, String> settings = cluster.settings(root);
      settings.putAll(store);
      settings.put("fetch.allow-ports", "" + origin.port());
      settings.put("retry.max-attempts", "100");
      settings.put("kafka.properties.session.timeout.ms", "6000");
      cluster.send(
          "{\"id\":\"cut\",\"url\":\"%s\",\"target\":\"%s\"}".formatted(origin.url(file), TARGET));
      for (int kill = 1; kill <= kills; kill++) {
        long enough = SIZE * kill / (kills + 1);
        try (WorkerProcess worker = WorkerProcess.start(settings)) {
          eventually().until(() -> origin.seen("cut").bytes() > enough);
          worker.kill();
        }
        cluster.forgetMembers();
      }
      try (WorkerProcess worker = WorkerProcess.start(settings)) {
        eventually().until(() -> !completions.of("cut").isEmpty());
        worker.terminate();
        assertThat(worker.exitCode()).isZero();
      }

      List<JsonNode> ends = completions.of("cut");
      assertThat(ends).hasSize(1);
      JsonNode end = ends.getFirst();
      assertThat(end.path("outcome").textValue()).as("%s", end).isEqualTo("completed");
      assertThat(end.path("checksum").textValue()).isEqualTo(origin.checksum(file).toString());
      assertThat(origin.seen("cut").requests()).isGreaterThanOrEqualTo(CUTS);
      assertThat(origin.seen("cut").bytes())
          .as("bytes sent, of %s", origin.seen("cut"))
          .isBetween(SIZE, SIZE + mostTwice);
      System.out.printf(
          "%d bytes of a file of %d came in %d requests%n",
          origin.seen("cut").bytes(), SIZE, origin.seen("cut").requests());
      return end;
    }
  }
}
