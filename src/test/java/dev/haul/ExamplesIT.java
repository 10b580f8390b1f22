package dev.haul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of examples/ publish a job and wait for its end. */
class ExamplesIT {
  private static final long PATIENCE_SECONDS = 90;

  @TempDir static Path store;

  private static TestOrigin origin;
  private static TestCluster cluster;
  private static Worker worker;

  @BeforeAll
  static void start() {
    origin = new TestOrigin();
    origin.on("/gone", request -> request.response().setStatusCode(404).end());
    cluster = TestCluster.shared(3);
    worker = TestCluster.start(cluster.settings(store, origin));
  }

  @AfterAll
  static void stop() {
    worker.close();
    origin.close();
  }

  @Test
  void in_shell() throws Exception {
    assumeThat(runs("kcat", "-V") && runs("jq", "--version")).as("kcat and jq").isTrue();
    assertWorks("shell", List.of("examples/haul.sh"));
    assertThat(run(1, List.of("examples/haul.sh"), origin.url("/gone"), "gone"))
        .contains("http-status", "404");
  }

  @Test
  void in_java() throws Exception {
    Path home = Path.of(System.getProperty("haul.home", "target/haul"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    // With haul.jar comes a configuration of the logging that is silent.
    String classes =
        home.resolve("haul.jar") + File.pathSeparator + home.resolve("lib") + File.separator + "*";
    assertWorks("java", List.of(java.toString(), "-cp", classes, "examples/Haul.java"));
  }

  @Test
  void in_python() throws Exception {
    String python = null;
    for (String each : List.of("python3", "/usr/bin/python3")) {
      if (runs(each, "-c", "import confluent_kafka")) {
        python = each;
      }
    }
    assumeThat(python).as("python3 with confluent_kafka").isNotNull();
    assertWorks("python", List.of(python, "examples/haul.py"));
  }

  private static void assertWorks(String name, List<String> command) throws Exception {
    String done = run(0, command, origin.url("/" + name), name + "/file");
    assertThat(done).contains("file://", "/" + name + "/file");
    assertThat(store.resolve(name).resolve("file"))
        .hasBinaryContent(TestOrigin.content("/" + name));
  }

  private static String run(int code, List<String> command, String... arguments) throws Exception {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(arguments));
    Path file = Files.createTempFile("haul-example", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(file.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "BROKERS",
                cluster.servers,
                "JOBS",
                cluster.jobs(),
                "COMPLETIONS",
                cluster.topics.completions()));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
      String output = Files.readString(file);
      assertThat(process.exitValue()).as(output).isEqualTo(code);
      return output;
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(file);
    }
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
