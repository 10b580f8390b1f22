package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.policy.Commit;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upgrade: two workers are replaced one after the other while jobs go on. */
class RollingRestartIT {
  private static final int BATCH = 400;
  private static final int JOBS = 3 * BATCH;
  private static final int PARTITIONS = 4;
  private static final int LARGE = 16 << 20;

  /** What a large file has of itself on disk before its worker goes. */
  private static final int FIRST = 12 << 20;

  @TempDir Path store;

  private final Promise<Void> rest = Promise.promise();
  private final byte[] large = new byte[LARGE];

  @Test
  void no_job_ends_twice_none_is_lost_and_transfers_go_on_where_they_were() {
    new Random(1).nextBytes(large);
    TestCluster cluster = TestCluster.shared(PARTITIONS);
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      List<String> paths = IntStream.range(0, PARTITIONS).mapToObj(i -> "/job-" + i).toList();
      paths.forEach(path -> origin.on(path, this::serve));
      origin.delay(Duration.ofMillis(100));
      Map<String, Worker> workers = new HashMap<>();
      try {
        for (String id : List.of("a", "b")) {
          workers.put(id, TestCluster.start(settings(cluster, origin, id)));
        }
        eventually().until(() -> isShared(cluster));
        // A large file in each partition, so that each worker runs some when it is stopped.
        cluster.sendJobs(origin, 0, BATCH);
        eventually().until(() -> paths.stream().allMatch(path -> origin.count(path) == 1));
        int sent = BATCH;
        for (String id : List.of("a", "b")) {
          cluster.sendJobs(origin, sent, sent + BATCH);
          int some = sent - paths.size() + BATCH / 10;
          eventually().until(() -> completions.jobs() >= some);
          workers.get(id).close();
          workers.put(id, TestCluster.start(settings(cluster, origin, id)));
          sent += BATCH;
        }
        assertThat(completions.countByJob()).as("large files").doesNotContainKeys(names(paths));
        Map<Integer, Commit> ends = cluster.ends();
        rest.complete();
        eventually().until(() -> cluster.committed().equals(ends));
      } finally {
        workers.values().forEach(Worker::close);
      }

      assertThat(completions.countByJob()).as("no job is lost").hasSize(JOBS);
      assertThat(completions.records()).as("none ends twice").hasSize(JOBS);
      for (JsonNode end : completions.records().stream().map(TopicReader::json).toList()) {
        assertThat(end.path("outcome").textValue()).as(end.toString()).isEqualTo("completed");
        assertThat(end.path("attempts").intValue()).as("no attempt is charged").isEqualTo(1);
      }
      for (String path : paths) {
        String id = path.substring(1);
        assertThat(Arrays.equals(new StoredFiles(store).bytes(id), large)).as(id).isTrue();
        List<TestOrigin.Request> requests = origin.requests(path);
        assertThat(requests).as("requests of " + id).hasSizeGreaterThan(1);
        assertThat(requests.subList(1, requests.size()))
            .as("each goes on behind what is there")
            .allMatch(request -> from(request.headers().get("range")) > 0);
      }
      var wrong = new TreeSet<>(new StoredFiles(store).wrong());
      assertThat(wrong).containsExactly(names(paths));
    }
  }

  /** Sends a first part at once, and the rest when the upgrade is done. */
  private void serve(HttpServerRequest request) {
    int from = from(request.getHeader("Range"));
    var response = request.response().putHeader("ETag", "\"v1\"");
    response.putHeader("Accept-Ranges", "bytes").putHeader("Content-Length", "" + (LARGE - from));
    if (from > 0) {
      response
          .setStatusCode(206)
          .putHeader("Content-Range", "bytes %d-%d/%d".formatted(from, LARGE - 1, LARGE));
    }
    Buffer body = Buffer.buffer(large);
    int held = Math.max(from, FIRST);
    response.write(body.slice(from, held));
    rest.future()
        .onSuccess(_ -> {
          if (!response.closed()) {
            response.end(body.slice(held, LARGE));
          }
        });
  }

  private static int from(String range) {
    return range == null
        ? 0
        : Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')));
  }

  private static String[] names(List<String> paths) {
    return paths.stream().map(path -> path.substring(1)).toArray(String[]::new);
  }

  /** Whether each of the two workers has partitions of the jobs. */
  private static boolean isShared(TestCluster cluster) {
    return cluster.group().members().stream()
            .filter(member ->
                member.assignment().topicPartitions().stream()
                    .anyMatch(partition -> partition.topic().equals(cluster.jobs())))
            .count()
        == 2;
  }

  private Map<String, String> settings(TestCluster cluster, TestOrigin origin, String id) {
    Map<String, String> settings = cluster.settings(store, origin);
    settings.put("worker.id", id);
    settings.put("intake.max-jobs", "100");
    settings.put("kafka.properties.max.poll.records", "25");
    settings.put("dispatch.max-concurrent", "12");
    settings.put("dispatch.max-per-host", "12");
    settings.put("shutdown.grace", "200ms");
    return settings;
  }
}
