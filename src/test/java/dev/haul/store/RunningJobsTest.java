package dev.haul.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is dead is one whose file nobody locks: here, a copy. */
final class RunningJobsTest {
  private static final Partition P0 = new Partition("jobs", 0);
  private static final Partition P1 = new Partition("jobs", 1);

  @TempDir Path root;
  private RunningJobs jobs;

  @BeforeEach
  void open() {
    jobs = RunningJobs.open(root, "a group", "w1", 4);
  }

  @AfterEach
  void close() {
    jobs.close();
  }

  private Path folder() {
    return root.resolve(".haul/running/a+group");
  }

  private List<Path> files(String ending) throws IOException {
    try (var files = Files.list(folder())) {
      return files.filter(file -> file.toString().endsWith(ending)).toList();
    }
  }

  /** What the worker runs now is what it ran when it died. */
  private void dies() throws IOException {
    Path own = files(".jobs").getFirst();
    Files.copy(own, folder().resolve("dead.jobs"));
  }

  private Map<Long, Integer> claim(Partition partition) throws Exception {
    return jobs.claim(partition)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void what_ran_at_a_death_is_suspected_in_its_partition_alone() throws Exception {
    jobs.runs(new Position(P0, 7), 0);
    jobs.runs(new Position(P0, 8), 0);
    jobs.runs(new Position(P1, 7), 0);
    jobs.rests(new Position(P0, 8));
    dies();

    assertThat(claim(P0)).isEqualTo(Map.of(7L, 1));
    assertThat(claim(P1)).isEqualTo(Map.of(7L, 1));
    assertThat(claim(new Partition("jobs", 2))).isEmpty();
    assertThat(files(".jobs")).as("the dead worker's file is done with").hasSize(1);
  }

  @Test
  void what_had_advanced_is_not_blamed_for_a_death_and_keeps_those_before() throws Exception {
    var known = new Position(P0, 7);
    jobs.runs(known, 0);
    dies();
    assertThat(claim(P0)).isEqualTo(Map.of(7L, 1));

    jobs.rests(known);
    jobs.runs(known, 1);
    jobs.runs(new Position(P0, 8), 0);
    jobs.advanced(known);
    jobs.advanced(new Position(P0, 8));
    dies();
    jobs.rests(new Position(P0, 8));
    assertThat(claim(P0)).isEqualTo(Map.of(7L, 1));
  }

  @Test
  void deaths_add_up_while_the_job_runs_again() throws Exception {
    var suspect = new Position(P0, 7);
    for (int died = 0; died < 3; died++) {
      assertThat(claim(P0).getOrDefault(7L, 0)).isEqualTo(died);
      jobs.runs(suspect, died);
      dies();
      jobs.rests(suspect);
    }
    assertThat(claim(P0)).isEqualTo(Map.of(7L, 3));
  }

  @Test
  void a_death_that_is_read_twice_counts_once() throws Exception {
    jobs.runs(new Position(P0, 7), 1);
    dies();
    claim(P0);
    dies();
    assertThat(claim(P0)).isEqualTo(Map.of(7L, 2));
  }

  @Test
  void the_worker_that_lives_is_not_dead() throws Exception {
    jobs.runs(new Position(P0, 7), 0);
    try (var other = RunningJobs.open(root, "a group", "w2", 4)) {
      other.runs(new Position(P0, 8), 0);
      assertThat(claim(P0)).isEmpty();
      assertThat(files(".jobs")).hasSize(2);
    }
    assertThat(files(".jobs")).hasSize(1);
  }

  @Test
  void an_end_in_order_is_no_death() throws Exception {
    jobs.runs(new Position(P0, 7), 0);
    jobs.stopInOrder();
    dies();
    assertThat(claim(P0)).isEmpty();
  }

  @Test
  void who_is_acquitted_is_not_suspected_any_more() throws Exception {
    jobs.runs(new Position(P0, 7), 0);
    jobs.runs(new Position(P0, 9), 0);
    dies();
    claim(P0);
    jobs.acquit(new Position(P0, 7));
    assertThat(claim(P0)).isEqualTo(Map.of(9L, 1));
    jobs.acquit(new Position(P0, 9));
    assertThat(claim(P0)).isEmpty();
    assertThat(files(".deaths")).isEmpty();
  }

  @Test
  void more_jobs_than_slots_are_not_noted_and_do_no_harm() throws Exception {
    for (int offset = 0; offset < 9; offset++) {
      jobs.runs(new Position(P0, offset), 0);
    }
    dies();
    for (int offset = 0; offset < 9; offset++) {
      jobs.rests(new Position(P0, offset));
    }
    assertThat(claim(P0)).hasSize(4);
  }

  @Test
  void a_file_that_is_none_blames_nobody() throws Exception {
    Files.write(folder().resolve("broken.jobs"), new byte[777]);
    Files.write(folder().resolve("empty.jobs"), new byte[0]);
    assertThat(claim(P0)).isEmpty();
    assertThat(files(".jobs")).hasSize(1);
  }
}
