package dev.haul.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.Partition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveriesTest {
  private static final Instant START = Instant.EPOCH;
  private static final Partition ONE = new Partition("haul.jobs", 1);
  private static final Partition TWO = new Partition("haul.jobs", 2);

  private final Recoveries recoveries = new Recoveries();

  private void ended(Partition partition, int finished, int seen) {
    recoveries.ended(partition, START.plusSeconds(finished), START.plusSeconds(seen));
  }

  @Test
  void each_partition_that_was_hit_recovers_with_its_next_end() {
    recoveries.hurt(Fault.KILL_WORKER, START.plusSeconds(10), List.of(ONE, TWO));
    ended(TWO, 14, 15);
    ended(TWO, 16, 16);
    ended(ONE, 12, 13);
    assertThat(recoveries.of(Fault.KILL_WORKER))
        .containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(5));
    assertThat(recoveries.of(Fault.KILL_BROKER)).isEmpty();
  }

  @Test
  void an_end_from_before_the_fault_heals_nothing() {
    recoveries.hurt(Fault.KILL_WORKER, START.plusSeconds(10), List.of(ONE));
    ended(ONE, 9, 11);
    assertThat(recoveries.of(Fault.KILL_WORKER)).isEmpty();
  }
}
