package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SpeedTest {
  private static final long SECOND = 1_000_000_000;

  @Nested
  class A_meter {
    private final SpeedMeter meter = new SpeedMeter(Duration.ofSeconds(4), 0, 0);

    @Test
    void knows_nothing_at_the_start() {
      assertThat(meter.bytesPerSecond()).isEmpty();
    }

    @Test
    void tells_the_speed_since_the_start_until_the_window_is_full() {
      meter.sample(100, SECOND / 2);

      assertThat(meter.bytesPerSecond()).hasValue(200);
      assertThat(meter.coversWindow()).isFalse();
    }

    @Test
    void forgets_what_is_older_than_the_window() {
      for (int tenth = 1; tenth <= 100; tenth++) {
        meter.sample(tenth <= 50 ? 0 : (tenth - 50) * 100L, tenth * SECOND / 10);
      }

      assertThat(meter.bytesPerSecond()).hasValue(1000);
    }
  }

  @Nested
  class A_floor {
    private final SpeedFloor floor = new SpeedFloor(10, Duration.ofSeconds(4), 0, 0);

    @Test
    void waits_for_a_whole_window() {
      assertThat(floor.isBelow(0, 3 * SECOND)).isFalse();
      assertThat(floor.isBelow(0, 4 * SECOND)).isTrue();
    }

    @Test
    void lets_a_slow_but_steady_transfer_go_on() {
      for (int second = 1; second < 100; second++) {
        assertThat(floor.isBelow(second * 10L, second * SECOND)).isFalse();
      }
    }

    @Test
    void notices_that_a_fast_transfer_has_become_slow() {
      int fast = 20;
      for (int second = 1; second <= fast; second++) {
        assertThat(floor.isBelow(second * 1000L, second * SECOND)).isFalse();
      }

      assertThat(floor.isBelow(fast * 1000L + 1, (fast + 3) * SECOND)).isFalse();
      for (int second = fast + 4; second <= fast + 30; second++) {
        floor.isBelow(fast * 1000L + 2, second * SECOND);
      }
      assertThat(floor.isBelow(fast * 1000L + 3, (fast + 31) * SECOND)).isTrue();
    }

    @Test
    void of_zero_refuses_nothing() {
      var none = new SpeedFloor(0, Duration.ofSeconds(4), 0, 0);

      assertThat(none.isBelow(0, 100 * SECOND)).isFalse();
    }
  }
}
