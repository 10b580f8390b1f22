package dev.haul;

import static dev.haul.TestCluster.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.haul.cli.Commands;
import dev.haul.cli.HaulProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs as their operator sees them: explained at each stage, dead, and driven again. */
class DeadIT {
  private static final int LETTERS = 60;
  private static final int KILLED = 137;

  @TempDir Path folder;
  @TempDir Path store;

  private final TestCluster cluster = TestCluster.withLadder(2, Duration.ofHours(1));

  private String[] line(List<String> words) {
    List<String> line = new ArrayList<>(words);
    cluster
        .settings(store)
        .forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    return line.toArray(String[]::new);
  }

  private String run(int exitCode, String... words) {
    Commands.Result result = Commands.run(line(List.of(words)));
    assertThat(result.exitCode()).as(result.err()).isEqualTo(exitCode);
    return result.out();
  }

  private String explain(String id) {
    return run(0, "explain", id);
  }

  private static String job(TestOrigin origin, String path, String id) {
    return "{\"id\":\"%s\",\"url\":\"%s?token=secret\",\"target\":\"%s\",\"maxAttempts\":2}"
        .formatted(id, origin.url(path), id);
  }

  private Worker worker(TestOrigin... origins) {
    Map<String, String> settings = cluster.settings(store, origins);
    settings.put("worker.id", "w-1");
    settings.put("shutdown.grace", "0s");
    return TestCluster.start(settings);
  }

  @Test
  void every_letter_is_driven_again_once_though_the_redrive_is_killed() throws Exception {
    try (var origin = new TestOrigin();
        TopicReader completions = cluster.read(cluster.topics.completions());
        TopicReader jobs = cluster.read(cluster.jobs())) {
      origin.on("/gone", request -> request.response().setStatusCode(404).end());
      List<String> ids = IntStream.range(0, LETTERS).mapToObj(i -> "gone-" + i).toList();
      cluster.send(ids.stream().map(id -> job(origin, "/gone", id)).toArray(String[]::new));
      try (var _ = worker(origin)) {
        eventually().until(() -> completions.jobs() == LETTERS);
      }
      assertThat(run(0, "dead", "list").lines()).hasSize(LETTERS + 1);
      assertThat(explain("gone-7"))
          .startsWith("gone-7 is failed: failed after 1 attempt with http-status: ")
          .contains("attempt 1 from 127.0.0.1 by w-1: http-status after ")
          .containsPattern(
              "next: nothing by itself: its dead letter \\S+ is open; haul dead redrive")
          .doesNotContain("secret");

      killRedrive();
      List<String> redrive = List.of("dead", "redrive", "--all", "--edit=priority=9");
      assertThat(Commands.run(line(with(redrive, "--dry-run"))).out().lines())
          .as("what is left")
          .hasSizeBetween(1, LETTERS - LETTERS / 4);
      assertThat(Commands.run(line(with(redrive, "--json"))).exitCode()).isZero();

      assertThat(run(0, "dead", "list")).isEqualTo("no dead letters\n");
      assertThat(run(0, "dead", "list", "--all").lines())
          .filteredOn(letter -> letter.contains("redriven"))
          .hasSize(LETTERS);
      assertThat(jobs.records().stream().map(TopicReader::headers))
          .filteredOn(headers -> headers.containsKey("haul-redriven-from"))
          .extracting(headers -> headers.get("haul-redriven-from"))
          .hasSize(LETTERS)
          .doesNotHaveDuplicates();
      assertThat(explain("gone-7"))
          .startsWith("gone-7 is queued: it waits in " + cluster.jobs())
          .contains("its dead letter was redriven by ", " with priority=9")
          .contains("next: a worker takes it as soon as one runs: none has ");

      origin.serve("/gone", new byte[9]);
      try (var _ = worker(origin)) {
        eventually().until(() -> completions.records().size() == 2 * LETTERS);
      }
      assertThat(completions.last().values())
          .hasSize(LETTERS)
          .allMatch(end -> end.path("outcome").textValue().equals("completed"));
      assertThat(explain("gone-7"))
          .startsWith("gone-7 is completed: completed after 1 attempt, 9 B at file:///")
          .contains("failed after 1 attempt with http-status", "next: nothing: this was its end");
    }
  }

  private void killRedrive() throws IOException, InterruptedException {
    List<String> slowly = List.of("dead", "redrive", "--all", "--edit=priority=9", "--rate=20");
    try (HaulProcess killed = HaulProcess.start(folder, line(slowly))) {
      eventually().until(() -> killed.out().lines().count() >= LETTERS / 4);
      killed.signal("KILL");
      assertThat(killed.exitCode()).isEqualTo(KILLED);
    }
  }

  private static List<String> with(List<String> words, String another) {
    List<String> all = new ArrayList<>(words);
    all.add(another);
    return all;
  }

  private static boolean is(TopicReader states, String id, String state) {
    JsonNode last = states.last().get(id);
    return last != null && last.path("state").textValue().equals(state);
  }

  @Test
  void a_job_is_explained_while_it_runs_while_it_waits_and_after_its_attempts() {
    // Each from a host of its own: one that asks for time is left alone with all its files.
    try (var origin = new TestOrigin();
        var throttling = new TestOrigin();
        var failing = new TestOrigin();
        TopicReader states = cluster.read(cluster.topics.states());
        TopicReader completions = cluster.read(cluster.topics.completions())) {
      origin.hold("/running");
      throttling.on(
          "/waiting",
          request -> request.response().setStatusCode(429).putHeader("Retry-After", "7200").end());
      failing.on("/tried", request -> request.response().setStatusCode(503).end());
      cluster.send(
          job(origin, "/running", "running"),
          job(throttling, "/waiting", "waiting"),
          job(failing, "/tried", "tried"));
      try (var _ = worker(origin, throttling, failing)) {
        eventually()
            .until(() ->
                completions.jobs() == 1
                    && is(states, "running", "running")
                    && is(states, "waiting", "waiting"));

        assertThat(explain("running"))
            .startsWith("running is running: attempt 1 is under way at w-1, begun ")
            .contains("  published as " + cluster.jobs())
            .contains("next: it ends or is tried again; if the worker dies, the next owner");
        String ladder = cluster.topics.retry().getFirst().topic();
        assertThat(explain("waiting"))
            .startsWith("waiting is waiting: attempt 1 failed (")
            .contains("it waits at " + ladder, "moved to " + ladder + ", to wait until ")
            .contains("attempt 1 from 127.0.0.1 by w-1: throttled after ")
            // An hour and a little, less what has passed.
            .containsPattern("next: attempt 2 at \\S+, in (1:\\d\\d|59):\\d\\d\n");
        assertThat(explain("tried"))
            .startsWith("tried is failed: failed after 2 attempts with http-status: ")
            .contains("attempt 1 from ", "attempt 2 from ");
      }
      assertThat(run(1, "explain", "nobody"))
          .startsWith("nobody is unknown: no record with this id is kept");
    }
  }
}
