package dev.haul.chaos;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * The program that runs, as a command with which it can be started again: the same JVM, class path
 * and class cache.
 *
 * @param java the executable and the options that every process needs
 */
public record Program(List<String> java, String classPath) {
  private static final String MAIN = "dev.haul.cli.Haul";

  /** Options that the launcher gives to each process, whatever its command. */
  private static final List<String> SHARED =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:AOTCache=",
          "--enable-native-access=",
          "--sun-misc-unsafe-memory-access=",
          "-Xlog:");

  private static final List<String> WORKER_MEMORY =
      List.of(
          "-Xmx144m",
          "-Xmn64m",
          "-Xss512k",
          "-XX:MaxDirectMemorySize=96m",
          "-XX:ReservedCodeCacheSize=48m");

  private static final List<String> BROKER_MEMORY =
      List.of("-Xmx384m", "-Xss512k", "-XX:MaxDirectMemorySize=128m", "-XX:TieredStopAtLevel=1");

  public Program {
    java = List.copyOf(java);
  }

  /** This process. */
  public static Program running() {
    List<String> java = new ArrayList<>();
    java.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElseThrow(() -> new IllegalStateException("the system does not name this program")));
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (SHARED.stream().anyMatch(option::startsWith)) {
        java.add(option);
      }
    }
    return new Program(java, System.getProperty("java.class.path"));
  }

  List<String> worker(List<String> arguments) {
    return command(WORKER_MEMORY, "worker", arguments);
  }

  List<String> broker(List<String> arguments) {
    return command(BROKER_MEMORY, "kafka", arguments);
  }

  private List<String> command(List<String> memory, String name, List<String> arguments) {
    List<String> command = new ArrayList<>(java);
    command.addAll(memory);
    command.addAll(List.of("-cp", classPath, MAIN, name));
    command.addAll(arguments);
    return command;
  }
}
