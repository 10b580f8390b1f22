package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.Breaker.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BreakerTest {
  private static final long SECOND = 1_000_000_000;

  private final Breaker breaker = new Breaker();

  private void end(HostSign sign, int times, long nowNanos) {
    for (int i = 0; i < times; i++) {
      breaker.started(nowNanos);
      breaker.ended(sign, nowNanos, nowNanos);
    }
  }

  @Nested
  class Closed {
    @Test
    void it_opens_after_five_in_a_row() {
      end(HostSign.DOWN, 4, 0);
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      end(HostSign.DOWN, 1, 0);
      assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @ParameterizedTest
    @EnumSource(names = {"WELL", "STRAINED", "THROTTLED"})
    void any_answer_begins_the_row_anew(HostSign answer) {
      end(HostSign.DOWN, 4, 0);
      end(answer, 1, 0);
      end(HostSign.DOWN, 4, 0);
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }
  }

  @Nested
  class Open {
    @BeforeEach
    void open() {
      end(HostSign.DOWN, 5, 0);
    }

    @Test
    void it_lets_one_attempt_pass_at_a_time_each_twice_as_late() {
      List<Long> waits = new ArrayList<>();
      long now = 0;
      for (int probe = 0; probe < 8; probe++) {
        long wait = breaker.nanosUntilNext(now);
        waits.add(wait / SECOND);
        now += wait;
        breaker.started(now);
        assertThat(breaker.nanosUntilNext(now)).as("while one is under way").isEqualTo(-1);
        breaker.ended(HostSign.DOWN, now, now);
      }
      assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
      assertThat(breaker.downNanos(now)).isEqualTo(now);
    }

    @Test
    void the_end_of_an_attempt_from_before_changes_nothing() {
      breaker.started(SECOND);
      breaker.ended(HostSign.DOWN, 0, SECOND);
      assertThat(breaker.state()).isEqualTo(State.PROBING);
    }

    @Test
    void a_probe_that_tells_nothing_is_made_again() {
      breaker.started(SECOND);
      breaker.ended(HostSign.NOTHING, SECOND, SECOND);
      assertThat(breaker.nanosUntilNext(SECOND)).isEqualTo(SECOND);
    }

    @Test
    void a_probe_that_reaches_the_host_closes_it() {
      breaker.started(SECOND);
      breaker.ended(HostSign.WELL, SECOND, SECOND);
      assertThat(breaker.state()).isEqualTo(State.CLOSED);
      assertThat(breaker.downNanos(SECOND)).isZero();
    }
  }
}
