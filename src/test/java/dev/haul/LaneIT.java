package dev.haul;

import static dev.haul.TestCluster.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two topics of jobs, of which one has far more than the worker can do. */
class LaneIT {
  private static final int BACKLOG = 100_000;
  private static final int URGENT = 10;
  private static final Duration A_FEW_SECONDS = Duration.ofSeconds(5);

  @TempDir Path store;

  @Test
  void a_backlog_of_100_000_jobs_delays_ten_jobs_of_another_lane_by_a_few_seconds() {
    TestCluster bulk = TestCluster.shared(3);
    TestCluster urgent = TestCluster.shared(3);
    try (var origin = new TestOrigin();
        TopicReader completions = bulk.read(bulk.topics.completions())) {
      origin.delay(Duration.ofMillis(100));
      byte[] job = "{\"url\":\"%s\"}".formatted(origin.url("/bulk")).getBytes(UTF_8);
      bulk.send(
          IntStream.range(0, BACKLOG)
              .mapToObj(i -> new ProducerRecord<byte[], byte[]>(bulk.jobs(), i % 3, null, job))
              .toList());
      Map<String, String> settings = bulk.settings(store, origin);
      settings.put("topics.jobs", bulk.jobs() + "," + urgent.jobs());
      settings.put("dispatch.max-concurrent", "8");
      settings.put("shutdown.grace", "0s");
      try (var _ = TestCluster.start(settings)) {
        eventually().until(() -> completions.records().size() >= 100);

        Instant published = Instant.now();
        urgent.sendJobs(origin, 0, URGENT);
        List<String> ids = IntStream.range(0, URGENT).mapToObj(i -> "job-" + i).toList();
        eventually().until(() -> completions.countByJob().keySet().containsAll(ids));

        assertThat(ids)
            .allSatisfy(id -> {
              Instant finished =
                  Instant.parse(completions.last().get(id).path("finishedAt").textValue());
              assertThat(Duration.between(published, finished)).isLessThan(A_FEW_SECONDS);
            });
        assertThat(completions.records().size()).as("the backlog goes on").isLessThan(BACKLOG / 2);
      }
    }
  }
}
