package dev.haul.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Haul as a process, started by the launcher as it stands in an installation: away from the
 * sources, with the packaged jars.
 */
public final class HaulProcess implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(90);

  private final Process process;
  private final Path out;
  private final Path err;

  private HaulProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Puts the launcher into a folder, away from the sources, and returns it there. */
  public static Path install(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path launcher = folder.resolve("haul");
    Path source = Path.of("haul");
    if (!Files.exists(launcher) || Files.mismatch(source, launcher) >= 0) {
      Files.copy(source, launcher, StandardCopyOption.REPLACE_EXISTING);
      assertThat(launcher.toFile().setExecutable(true)).isTrue();
    }
    return launcher;
  }

  /** Starts a command in a folder, which becomes its working folder. */
  public static HaulProcess start(Path folder, String... arguments) throws IOException {
    return start(install(folder), Path.of(System.getProperty("haul.home")), folder, arguments);
  }

  /** Starts one with variables of the environment. */
  static HaulProcess start(Map<String, String> variables, Path folder, String... arguments)
      throws IOException {
    Path home = Path.of(System.getProperty("haul.home"));
    return start(variables, install(folder), home, folder, arguments);
  }

  static HaulProcess start(Path launcher, Path home, Path folder, String... arguments)
      throws IOException {
    return start(Map.of(), launcher, home, folder, arguments);
  }

  private static HaulProcess start(
      Map<String, String> variables, Path launcher, Path home, Path folder, String... arguments)
      throws IOException {
    var command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("HAUL_"));
    builder.environment().put("HAUL_HOME", home.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(variables);
    return new HaulProcess(builder.start(), out, err);
  }

  public String out() {
    return text(out);
  }

  public String err() {
    return text(err);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void awaitOut(String text) {
    await().atMost(LONGEST).untilAsserted(() -> assertThat(out()).as("%s", err()).contains(text));
  }

  public void awaitErr(String text) {
    await().atMost(LONGEST).untilAsserted(() -> assertThat(err()).contains(text));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal such as {@code TERM}; one to a process that has ended does nothing. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  /** Waits for the end. */
  public int exitCode() throws InterruptedException {
    return exitCode(LONGEST);
  }

  int exitCode(Duration longest) throws InterruptedException {
    assertThat(process.waitFor(longest.toSeconds(), TimeUnit.SECONDS)).as("%s", err()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
