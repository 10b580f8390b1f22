package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.chaos.SmallDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose store lies on a disk that is full. */
class NoSpaceIT {
  @TempDir Path folder;
  private SmallDisk disk;

  @BeforeEach
  void mount() throws IOException {
    disk = SmallDisk.at(folder.resolve("disk"), 16);
  }

  @AfterEach
  void unmount() {
    disk.close();
  }

  @Test
  void jobs_wait_for_room_and_lose_no_attempt() {
    assumeTrue(disk.canBeFull(), "this user may not mount a tmpfs");
    TestCluster cluster = TestCluster.shared(2);
    try (TestOrigin origin = new TestOrigin();
        TopicReader states = cluster.read(cluster.topics.states());
        TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader dead = cluster.read(cluster.topics.dead())) {
      Map<String, String> settings = cluster.settings(disk.store(), origin);
      try (Worker _ = TestCluster.start(settings)) {
        disk.fill();
        for (int i = 0; i < 5; i++) {
          // Two are small and find the disk full, three are known to be too large for it.
          byte[] body = new byte[i < 2 ? 5000 : 200_000];
          origin.serve("/file-" + i, body);
          cluster.send(
              "{\"id\":\"job-%d\",\"url\":\"%s\",\"target\":\"file-%d\",\"size\":%d}"
                  .formatted(i, origin.url("/file-" + i), i, body.length));
        }
        for (int i = 0; i < 5; i++) {
          String id = "job-" + i;
          eventually().until(() -> waitsForRoom(states, id));
        }
        assertThat(completions.jobs()).isZero();

        disk.free();
        eventually().until(() -> completions.jobs() == 5);
      }
      List<JsonNode> ends = completions.records().stream().map(TopicReader::json).toList();
      assertThat(ends)
          .allSatisfy(end -> {
            assertThat(end.path("outcome").textValue()).as(end.toString()).isEqualTo("completed");
            assertThat(end.path("attempts").intValue()).as(end.toString()).isEqualTo(1);
          });
      assertThat(dead.records()).isEmpty();
    }
  }

  private static boolean waitsForRoom(TopicReader states, String id) {
    return states.of(id).stream()
        .anyMatch(state ->
            state.path("state").textValue().equals("waiting")
                && state.path("error").path("code").asText().equals("no-space"));
  }
}
