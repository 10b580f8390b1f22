package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DiskPaceTest {
  private static final long QUICK = Duration.ofMillis(1).toNanos();
  private static final long SLOW = Duration.ofMillis(80).toNanos();

  private final DiskPace pace = new DiskPace();
  private long now = Long.MAX_VALUE - 1;

  private void write(int times, long tookNanos) {
    for (int i = 0; i < times; i++) {
      now += tookNanos;
      pace.wrote(tookNanos, now);
    }
  }

  @Test
  void a_disk_is_quick_until_it_is_seen_slow() {
    assertThat(pace.isQuick(now)).isTrue();
    write(1000, QUICK);
    assertThat(pace.isQuick(now)).isTrue();
  }

  @Test
  void a_single_slow_write_says_nothing() {
    write(100, QUICK);
    write(1, SLOW);
    write(100, QUICK);
    write(1, SLOW);

    assertThat(pace.isQuick(now)).isTrue();
  }

  @Test
  void a_disk_that_stays_slow_is_left_alone_for_a_while_and_judged_anew() {
    write(4, SLOW);
    assertThat(pace.isQuick(now)).isTrue();
    write(1, SLOW);
    assertThat(pace.isQuick(now)).isFalse();

    // What was under way says nothing new.
    pace.wrote(SLOW, now);
    now += DiskPace.REST.toNanos() - 1;
    assertThat(pace.isQuick(now)).isFalse();
    now++;
    assertThat(pace.isQuick(now)).isTrue();
    write(3, SLOW);
    assertThat(pace.isQuick(now)).isTrue();
    write(2, SLOW);
    assertThat(pace.isQuick(now)).isFalse();
  }
}
