package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.policy.SimulatedHost.Second;
import java.time.Duration;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Governors against hosts of known powers, in simulated time; the plots in docs/ show the same. */
class SimulationTest {
  private static final long SEED = 42;

  private static HostGovernor governor(Adaptive adaptive) {
    return new HostGovernor(adaptive.limit(32), 0, 0);
  }

  static SimulatedHost limited(int perSecond, @Nullable Duration retryAfter) {
    return new SimulatedHost(perSecond, 0, retryAfter, 1000, 50, 0, 0);
  }

  static List<Second> run(SimulatedHost host, Adaptive adaptive, int seconds) {
    return host.run(governor(adaptive), seconds, SEED);
  }

  private static double mean(List<Second> seconds, ToDoubleFunction<Second> value) {
    return seconds.stream().mapToDouble(value).average().orElseThrow();
  }

  @Nested
  class A_host_that_answers_429_above_a_rate {
    @ParameterizedTest
    @CsvSource({"5, 1", "5, 2", "5, ", "1, 1", "20, 1", "20, 5", "100, 1", "100, "})
    void is_neither_hammered_nor_starved(int perSecond, @Nullable Integer retryAfter) {
      Duration asked = retryAfter == null ? null : Duration.ofSeconds(retryAfter);
      List<Second> all = run(limited(perSecond, asked), Adaptive.AIMD, 300);
      List<Second> converged = all.subList(60, 300);

      assertThat(mean(converged, Second::granted))
          .as("requests granted per second")
          .isBetween(0.7 * perSecond, 1.0 * perSecond);
      assertThat(mean(converged, Second::refused))
          .as("requests refused per second")
          .isLessThan(0.1 * perSecond);
      assertThat(all.subList(1, 60)).allMatch(second -> second.requests() <= 2 * perSecond + 1);
    }

    @Test
    void is_given_the_pace_whatever_moves_its_limit() {
      for (Adaptive adaptive : Adaptive.values()) {
        List<Second> all = run(limited(5, Duration.ofSeconds(1)), adaptive, 300);
        assertThat(mean(all.subList(60, 300), Second::granted))
            .as("%s", adaptive)
            .isBetween(3.5, 5.);
      }
    }

    @Test
    void that_grants_more_later_is_found_out() {
      HostGovernor governor = governor(Adaptive.AIMD);
      limited(5, Duration.ofSeconds(1)).run(governor, 60, SEED);
      assertThat(governor.perSecond(60_000_000_000L)).isLessThan(8);
      assertThat(governor.perSecond(200_000_000_000L)).isGreaterThan(200);
    }
  }

  @Nested
  class A_healthy_host {
    @ParameterizedTest
    @EnumSource(names = {"AIMD", "SUCCESS", "FIXED"})
    void is_never_held_back(Adaptive adaptive) {
      List<Second> all = run(new SimulatedHost(0, 0, null, 1000, 20, 0, 0), adaptive, 60);

      assertThat(all).allMatch(second -> second.limit() == 32);
      assertThat(mean(all, Second::granted)).isGreaterThan(0.95 * 32 / 0.020);
    }

    @Test
    void keeps_its_goodput_when_that_is_sought() {
      List<Second> all = run(new SimulatedHost(0, 0, null, 1000, 20, 0, 0), Adaptive.GOODPUT, 120);

      assertThat(mean(all, Second::granted)).isGreaterThan(0.85 * 32 / 0.020);
    }
  }

  @Nested
  class A_host_that_takes_so_many_at_once {
    private final SimulatedHost host =
        new SimulatedHost(0, 8, Duration.ofSeconds(1), 1000, 2000, 0, 0);

    @ParameterizedTest
    @EnumSource(names = {"AIMD", "SUCCESS", "GOODPUT"})
    void is_used_near_its_limit(Adaptive adaptive) {
      List<Second> converged = run(host, adaptive, 900).subList(300, 900);

      assertThat(mean(converged, Second::granted)).as("of 4 that it could").isGreaterThan(2.4);
      assertThat(mean(converged, Second::refused)).isLessThan(0.4);
    }
  }

  @Test
  void a_host_that_is_saturated_is_spared_when_goodput_is_sought() {
    List<Second> all = run(new SimulatedHost(0, 0, null, 8, 100, 0, 0), Adaptive.GOODPUT, 600);
    List<Second> converged = all.subList(300, 600);

    assertThat(mean(converged, Second::limit)).isBetween(6., 16.);
    assertThat(mean(converged, Second::granted)).isGreaterThan(0.85 * 8 / 0.100);
  }

  @Test
  void a_host_that_is_down_is_probed_and_comes_back_gently() {
    var host = new SimulatedHost(0, 0, null, 1000, 100, 60, 660);
    List<Second> all = run(host, Adaptive.AIMD, 720);

    assertThat(all.get(60).failed()).as("those that were about to start").isBetween(5, 40);
    List<Second> down = all.subList(61, 660);
    assertThat(down.stream().mapToInt(Second::requests).max()).hasValue(1);
    assertThat(down.stream().mapToInt(Second::requests).sum()).isBetween(20, 40);
    List<Second> after = all.subList(660, 720);
    assertThat(after.stream().mapToInt(Second::failed).sum()).isZero();
    assertThat(mean(after.subList(35, 60), Second::granted)).isGreaterThan(150);
  }
}
