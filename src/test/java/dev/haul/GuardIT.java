package dev.haul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Addresses and headers that no job may have, where a fault would be heard: in a network namespace
 * of its own, in which no route leads out and every address is this machine's. It needs the right
 * to make one (root, or user namespaces).
 */
class GuardIT {
  private static final int LONGEST_SECONDS = 300;
  private static final String SECRET = "worker-s3cr3t";

  private static final String HOSTS =
      """
      127.0.0.1 localhost
      ::1 localhost
      127.0.0.1 localhost.
      10.0.0.1 private.example
      10.0.0.1 private.example.
      93.184.216.34 mixed.example
      10.0.0.1 mixed.example
      fd00::1 six.example
      ::ffff:10.0.0.1 mapped.example
      64:ff9b::a00:1 nat64.example
      169.254.169.254 metadata.google.internal
      """;

  private static final String NAMESPACE =
      """
      set -e
      ip link set lo up
      ip route add local 0.0.0.0/0 dev lo
      ip -6 route add local ::/0 dev lo
      echo "127.0.0.1 $(cat /proc/sys/kernel/hostname)" >>"$1"
      mount --bind "$1" /etc/hosts
      shift
      exec "$@"
      """;

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> nothing_that_is_refused_leaves_the_worker() throws Exception {
    Path hosts = Files.writeString(folder.resolve("hosts"), HOSTS);
    Path denied = folder.resolve("denied.txt");
    boolean permitted = inNamespace(denied, hosts, "true").waitFor() == 0;
    assumeTrue(permitted, () -> "no network namespace can be made here: " + text(denied).strip());

    Path log = folder.resolve("log.txt");
    Process trial =
        inNamespace(
            log,
            hosts,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            GuardTrial.class.getName(),
            folder.toString());
    try {
      assertThat(trial.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as(text(log)).isTrue();
    } finally {
      trial.destroyForcibly();
    }
    assertThat(trial.exitValue()).as(text(log)).isZero();
    assertThat(text(log)).as("the log").doesNotContain(TrialJob.SECRET, SECRET);
    return Files.readAllLines(folder.resolve("report.txt")).stream().map(GuardIT::test);
  }

  private static DynamicTest test(String line) {
    String[] parts = line.split("\t", -1);
    return DynamicTest.dynamicTest(
        parts[1], () -> assertThat(parts[0]).as(parts[2]).isEqualTo("ok"));
  }

  private static Process inNamespace(Path output, Path hosts, String... command)
      throws IOException {
    var all =
        Stream.concat(
                Stream.of(
                    "unshare", "-n", "-m", "--", "sh", "-c", NAMESPACE, "sh", hosts.toString()),
                Stream.of(command))
            .toList();
    var builder =
        new ProcessBuilder(List.copyOf(all))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("TRIAL_SECRET", SECRET);
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.start();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
