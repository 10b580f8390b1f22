package dev.haul.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WindowTest {
  private static final Partition JOBS = new Partition("jobs", 0);
  private static final Partition OTHER = new Partition("jobs", 1);
  private static final Partition RETRY = new Partition("retry", 0);
  private static final Partition OTHER_RETRY = new Partition("retry", 1);

  private final Window window =
      new Window(
          new IntakeSettings(4, 1600, 6), Map.of("jobs", 1), it -> it.topic().equals("retry"));

  private static SourceRecord record(Partition partition, int bytes) {
    return new SourceRecord(
        new Position(partition, 0), Instant.EPOCH, new byte[0], new byte[bytes], List.of());
  }

  private void take(Partition partition, int jobs) {
    for (int i = 0; i < jobs; i++) {
      window.take(record(partition, 1));
    }
  }

  @Test
  void jobs_of_all_partitions_count_together_until_half_is_free() {
    take(JOBS, 2);
    assertThat(window.isFull(JOBS)).isFalse();
    take(OTHER, 2);
    assertThat(window.isFull(JOBS)).isTrue();
    assertThat(window.isFull(OTHER)).isTrue();
    window.release(record(JOBS, 1));
    assertThat(window.isFull(JOBS)).isTrue();
    window.release(record(JOBS, 1));
    assertThat(window.isFull(JOBS)).isFalse();
  }

  @Test
  void each_lane_has_its_share_by_weight() {
    var shared =
        new Window(new IntakeSettings(8, 1600, 6), Map.of("bulk", 1, "urgent", 3), _ -> false);
    var bulk = new Partition("bulk", 0);
    var urgent = new Partition("urgent", 0);
    shared.take(record(bulk, 1));
    assertThat(shared.isFull(bulk)).isFalse();
    shared.take(record(bulk, 1));
    assertThat(shared.isFull(bulk)).isTrue();
    for (int i = 0; i < 6; i++) {
      assertThat(shared.isFull(urgent)).isFalse();
      shared.take(record(urgent, 1));
    }
    assertThat(shared.isFull(urgent)).isTrue();
    assertThat(shared.jobs()).isEqualTo(8);
    shared.release(record(bulk, 1));
    assertThat(shared.isFull(bulk)).isFalse();
    assertThat(shared.isFull(urgent)).isTrue();
  }

  @Test
  void bytes_count_too() {
    var held = new ArrayDeque<SourceRecord>(List.of(record(JOBS, 900), record(OTHER, 850)));
    held.forEach(window::take);
    assertThat(window.isFull(OTHER)).isTrue();
    window.release(held.remove());
    assertThat(window.isFull(OTHER)).isTrue();
    window.release(held.remove());
    assertThat(window.isFull(OTHER)).isFalse();
  }

  @Test
  void jobs_that_wait_close_their_own_partition_alone() {
    take(RETRY, 6);
    assertThat(window.isFull(RETRY)).isTrue();
    assertThat(window.isFull(OTHER_RETRY)).isFalse();
    assertThat(window.isFull(JOBS)).isFalse();
    assertThat(window.jobs()).isEqualTo(6);
    assertThat(window.waitingJobs()).isEqualTo(6);
    take(JOBS, 4);
    assertThat(window.isFull(JOBS)).isTrue();
    assertThat(window.isFull(OTHER_RETRY)).isFalse();
    for (int i = 0; i < 3; i++) {
      window.release(record(RETRY, 1));
    }
    assertThat(window.isFull(RETRY)).isFalse();
  }

  @Test
  void jobs_that_wait_are_bounded_in_bytes_as_well() {
    window.take(record(RETRY, 101));
    assertThat(window.isFull(RETRY)).isTrue();
    window.release(record(RETRY, 101));
    assertThat(window.isFull(RETRY)).isFalse();
    assertThat(window.jobs()).isZero();
  }
}
