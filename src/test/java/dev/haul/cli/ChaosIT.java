package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run of {@code haul chaos}, with another seed each time; the output names it. */
class ChaosIT {
  private static final Duration LONGEST = Duration.ofMinutes(6);

  @TempDir Path folder;

  @Test
  void no_fault_of_workers_or_broker_breaks_a_promise() throws Exception {
    Path report = folder.resolve("report.md");
    try (HaulProcess chaos =
        HaulProcess.start(
            folder,
            "chaos",
            "--seed=" + new SecureRandom().nextInt(1_000_000),
            "--jobs=150",
            "--workers=2",
            "--pace=2",
            "--fault=kill-worker=2,stop-worker=1,kill-broker=1",
            "--report=" + report)) {
      int exitCode = chaos.exitCode(LONGEST);
      assertThat(exitCode).as("%s%n%s", chaos.out(), chaos.err()).isZero();
      assertThat(Files.readString(report)).contains("PASSED: 150 jobs", "haul chaos --seed ");
    }
  }
}
