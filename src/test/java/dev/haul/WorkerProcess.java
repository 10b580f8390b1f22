package dev.haul;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The built program as a process: {@code haul worker}. */
final class WorkerProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 90;

  private final Process process;
  private final Path log;

  private WorkerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts a worker and waits until it says that it takes jobs. */
  static WorkerProcess start(Map<String, String> settings) {
    Path home = Path.of(System.getProperty("haul.home", "target/haul"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-Xmx144m",
            "-XX:MaxDirectMemorySize=96m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            home.resolve("haul.jar") + File.pathSeparator + home.resolve("lib") + "/*",
            "dev.haul.cli.Haul",
            "worker"));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    try {
      Path log = Files.createTempFile("haul-worker", ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      var worker = new WorkerProcess(process, log);
      TestCluster.eventually()
          .until(() -> worker.output().contains("takes jobs of") || !process.isAlive());
      if (!process.isAlive()) {
        throw new IllegalStateException("the worker ended at once:\n" + worker.output());
      }
      return worker;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL: nothing of it runs any more when this returns. */
  void kill() {
    process.destroyForcibly();
    exitCode();
  }

  /** Sends a signal such as {@code STOP}. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
  }

  /** SIGTERM, without waiting. */
  void terminate() {
    process.destroy();
  }

  int exitCode() {
    try {
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      throw new IllegalStateException("the worker does not end:\n" + output());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
