package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressThrottleTest {
  private static final long SECOND = 1_000_000_000;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -SECOND / 2, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - SECOND})
  void permits_the_first_and_then_one_in_each_interval(long origin) {
    var throttle = new ProgressThrottle(Duration.ofSeconds(1));
    assertThat(
            LongStream.of(0, 1, SECOND - 1, SECOND, SECOND + 1, 3 * SECOND, 4 * SECOND - 1)
                .filter(each -> throttle.permits(origin + each)))
        .containsExactly(0L, SECOND, 3 * SECOND);
  }

  @Test
  void permits_everything_without_an_interval() {
    var throttle = new ProgressThrottle(Duration.ZERO);
    assertThat(LongStream.of(5, 5, 5).filter(throttle::permits)).hasSize(3);
  }
}
