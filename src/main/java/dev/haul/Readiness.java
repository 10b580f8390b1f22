package dev.haul;

import dev.haul.admin.HealthCheck;
import dev.haul.pipeline.IntakeGauges;
import dev.haul.pipeline.Pipeline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What must be well for jobs to be taken. Whether a worker lives asks none of it: a restart brings
 * no broker back.
 */
final class Readiness {
  /**
   * Longer than a partition or group takes to move to another broker, than one request waits, and
   * than a rebalance waits for a member that was killed, each up to ten seconds.
   */
  static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

  private Readiness() {}

  /**
   * @param running null before the worker runs and after
   */
  static List<HealthCheck> of(Supplier<@Nullable Pipeline> running) {
    return List.of(
        check(
            "group",
            () -> {
              Pipeline pipeline = running.get();
              return pipeline != null && pipeline.intake().joined()
                  ? Optional.empty()
                  : Optional.of("is not, or no longer, a member of its group");
            }),
        check(
            "kafka",
            () -> {
              Pipeline pipeline = running.get();
              return pipeline == null ? Optional.empty() : tooSilent(pipeline.intake());
            }));
  }

  private static Optional<String> tooSilent(IntakeGauges intake) {
    Duration silence = intake.silence();
    return silence.compareTo(LONGEST_SILENCE) < 0
        ? Optional.empty()
        : Optional.of("Kafka has not answered for %d s".formatted(silence.toSeconds()));
  }

  private static HealthCheck check(String name, Supplier<Optional<String>> problem) {
    return new HealthCheck() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Optional<String> problem() {
        return problem.get();
      }
    };
  }
}
