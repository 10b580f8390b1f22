package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetryPolicyTest {
  private static final Failure RESET = Failure.of(ErrorCode.INTERRUPTED, "closed early");
  private final RetryPolicy policy = RetryPolicy.of(RetrySettings.DEFAULTS);

  private static Failure throttled(Duration retryAfter) {
    return new Failure(ErrorCode.THROTTLED, "status 429", true, OptionalInt.of(429), retryAfter);
  }

  private Decision decide(Failure failure, int attempt, @Nullable Duration untilDeadline) {
    return policy.decide(failure, attempt, OptionalInt.empty(), untilDeadline, Draws.highest());
  }

  @ParameterizedTest
  @CsvSource({"1, PT1S", "2, PT2S", "3, PT4S", "4, PT8S"})
  void a_failure_that_may_pass_is_tried_again(int attempt, Duration delay) {
    assertThat(decide(RESET, attempt, null)).isEqualTo(new Decision.RetryAfter(delay));
  }

  @ParameterizedTest
  @CsvSource({"5, ", "6, ", "1, 1", "2, 2", "3, 1"})
  void attempts_run_out(int attempt, @Nullable Integer jobMaxAttempts) {
    OptionalInt most =
        jobMaxAttempts == null ? OptionalInt.empty() : OptionalInt.of(jobMaxAttempts);
    assertThat(policy.decide(RESET, attempt, most, null, Draws.lowest()))
        .isEqualTo(new Decision.GiveUp(RESET));
  }

  @Test
  void a_job_may_have_more_attempts_than_the_worker_grants() {
    assertThat(policy.decide(RESET, 999, OptionalInt.of(1000), null, Draws.highest()))
        .isEqualTo(new Decision.RetryAfter(Duration.ofMinutes(5)));
  }

  @ParameterizedTest
  @EnumSource
  void a_failure_is_retried_as_its_code_says(ErrorCode code) {
    Failure failure = Failure.of(code, "because");
    assertThat(decide(failure, 1, null))
        .isEqualTo(
            code.retryable()
                ? new Decision.RetryAfter(Duration.ofSeconds(1))
                : new Decision.GiveUp(failure));
    assertThat(decide(failure.fatal(), 1, null)).isEqualTo(new Decision.GiveUp(failure.fatal()));
  }

  @Nested
  class A_server_that_asks_for_time {
    @ParameterizedTest
    @CsvSource({
      "PT0S, PT1S",
      "PT-5S, PT1S",
      "PT0.5S, PT1S",
      "PT1S, PT1.1S",
      "PT10M, PT11M",
      "PT1H, PT1H6M",
      "PT24H, PT1H6M",
      "PT8760000H, PT1H6M",
    })
    void is_left_alone_for_at_most_a_tenth_longer(Duration asked, Duration delay) {
      assertThat(decide(throttled(asked), 1, null)).isEqualTo(new Decision.RetryAfter(delay));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT0S", "PT1S, PT1S", "PT10M, PT10M", "PT24H, PT1H"})
    void is_never_asked_sooner(Duration asked, Duration delay) {
      assertThat(policy.decide(throttled(asked), 1, OptionalInt.empty(), null, Draws.lowest()))
          .isEqualTo(new Decision.RetryAfter(delay));
    }

    @Test
    void waits_for_the_back_off_where_that_is_longer() {
      assertThat(decide(throttled(Duration.ofSeconds(3)), 4, null))
          .isEqualTo(new Decision.RetryAfter(Duration.ofSeconds(8)));
    }
  }

  @Nested
  class A_deadline {
    @Test
    void that_leaves_time_changes_nothing() {
      assertThat(decide(RESET, 1, Duration.ofMillis(1001)))
          .isEqualTo(new Decision.RetryAfter(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @CsvSource({"PT1S", "PT0.999S", "PT0S", "PT-1S"})
    void that_leaves_none_ends_the_job_with_what_went_wrong(Duration untilDeadline) {
      assertThat(decide(RESET, 1, untilDeadline))
          .isEqualTo(
              new Decision.GiveUp(
                  Failure.of(
                      ErrorCode.INTERRUPTED,
                      "closed early (the deadline leaves no time for another attempt)")));
    }

    @Test
    void counts_with_what_the_server_asks_for() {
      assertThat(decide(throttled(Duration.ofMinutes(1)), 1, Duration.ofMinutes(1)))
          .isInstanceOf(Decision.GiveUp.class);
    }
  }

  @Nested
  class Settings {
    @Test
    void have_the_documented_defaults() {
      assertThat(RetrySettings.DEFAULTS)
          .isEqualTo(
              new RetrySettings(
                  5, Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "0 | PT1S | PT5M | retry.max-attempts must be from 1 to 1000 but was 0",
          "1001 | PT1S | PT5M | retry.max-attempts must be from 1 to 1000 but was 1001",
          "5 | PT0S | PT5M | retry.base-delay must be above 0 but was PT0S",
          "5 | PT-1S | PT5M | retry.base-delay must be above 0 but was PT-1S",
          "5 | PT2S | PT1S | retry.max-delay must be from retry.base-delay to 7 days but was PT1S",
          "5 | PT1S | P8D | retry.max-delay must be from retry.base-delay to 7 days but was PT192H",
        })
    void name_what_is_wrong(int maxAttempts, Duration base, Duration max, String message) {
      assertThatThrownBy(() -> new RetrySettings(maxAttempts, base, max, Duration.ofMinutes(1)))
          .isInstanceOf(InvalidField.class)
          .hasMessage(message);
    }
  }
}
