package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same job, published more than once. */
class DuplicateIT {
  @TempDir Path store;

  @Test
  void there_is_one_transfer_and_an_end_for_each_record() throws IOException {
    TestCluster cluster = TestCluster.shared(1);
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions());
        var _ = TestCluster.start(cluster.settings(store, origin))) {
      String job =
          "{\"id\":\"twice\",\"url\":\"%s\",\"target\":\"file\"}".formatted(origin.url("/file"));
      var rest = origin.hold("/file");
      cluster.send(job, job);
      eventually().until(() -> origin.count("/file") == 1);
      cluster.send(job);
      rest.complete();
      eventually().until(() -> completions.of("twice").size() == 3);
      cluster.send(job);
      eventually().until(() -> completions.of("twice").size() == 4);

      List<JsonNode> ends = completions.of("twice");
      assertThat(origin.count("/file")).isEqualTo(1);
      assertThat(ends.getFirst().has("duplicateOf")).isFalse();
      assertThat(ends.subList(1, 4))
          .allSatisfy(end -> {
            assertThat(end.path("outcome").textValue()).isEqualTo("completed");
            assertThat(end.path("duplicateOf").textValue()).isEqualTo(cluster.jobs() + "-0-0");
            assertThat(end.path("attempts").intValue()).isZero();
            for (String fact : List.of("location", "bytes", "checksum", "target", "store")) {
              assertThat(end.path(fact)).isEqualTo(ends.getFirst().path(fact));
            }
          });
      assertThat(
              completions.records("twice").stream().map(it -> TopicReader.headers(it).get("ce_id")))
          .doesNotHaveDuplicates();

      Files.delete(store.resolve("file"));
      cluster.send(job);
      eventually().until(() -> completions.of("twice").size() == 5);
      assertThat(origin.count("/file")).as("who takes the file away gets it again").isEqualTo(2);
      assertThat(completions.of("twice").getLast().has("duplicateOf")).isFalse();
    }
  }
}
