package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreGateTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final StoreGate gate = new StoreGate();

  @Test
  void is_closed_to_files_from_the_smallest_that_found_no_room() {
    assertThat(gate.isClosedTo(Long.MAX_VALUE - 1)).isFalse();
    assertThat(gate.refused(100, 0)).isTrue();
    assertThat(gate.isClosedTo(99)).isFalse();
    assertThat(gate.isClosedTo(100)).isTrue();
    assertThat(gate.refused(200, 0)).isFalse();
    assertThat(gate.isClosedTo(150)).isTrue();
    assertThat(gate.refused(0, 0)).isFalse();
    assertThat(gate.isClosedTo(0)).isTrue();
  }

  @Test
  void asks_every_two_seconds_and_opens_when_there_is_room() {
    gate.refused(100, 0);
    assertThat(gate.nanosUntilProbe(0)).isEqualTo(2 * SECOND);
    assertThat(gate.nanosUntilProbe(3 * SECOND)).isZero();
    assertThat(gate.probed(gate.wanted(), false, 2 * SECOND)).isFalse();
    assertThat(gate.nanosUntilProbe(2 * SECOND)).isEqualTo(2 * SECOND);
    assertThat(gate.probed(gate.wanted(), true, 4 * SECOND)).isTrue();
    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void believes_no_answer_to_an_older_question() {
    gate.refused(100, 0);
    gate.refused(50, SECOND);

    assertThat(gate.probed(100, true, 2 * SECOND)).isFalse();
    assertThat(gate.isOpen()).isFalse();
  }

  @Test
  void asks_less_often_a_store_that_is_full_again_at_once_until_it_takes_a_file() {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      waits.add(closeAndOpen());
    }
    assertThat(waits).containsExactly(2L, 4L, 8L, 16L, 32L, 60L, 60L);

    gate.stored(99);
    assertThat(closeAndOpen()).isEqualTo(60);
    gate.stored(100);
    assertThat(closeAndOpen()).isEqualTo(2);
  }

  private long closeAndOpen() {
    gate.refused(100, 0);
    long wait = gate.nanosUntilProbe(0) / SECOND;
    gate.probed(100, true, 0);
    return wait;
  }
}
