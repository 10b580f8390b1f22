package dev.haul;

import dev.haul.cli.HaulProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The built program as a process: {@code haul worker}, by its launcher, which starts it fast. */
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
    Path home = Path.of(System.getProperty("haul.home", "target/haul")).toAbsolutePath();
    List<String> command = new ArrayList<>();
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    try {
      command.addFirst("worker");
      command.addFirst(HaulProcess.install(home.getParent().resolve("launcher")).toString());
      Path log = Files.createTempFile("haul-worker", ".log");
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("HAUL_"));
      builder.environment().put("HAUL_HOME", home.toString());
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      Process process = builder.start();
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
