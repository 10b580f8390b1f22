package dev.haul.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process of the cluster, which may be started many times; signals go to its id. Belongs to one
 * thread, but for {@link #end}.
 */
final class Member {
  /** What it should be doing. */
  enum Condition {
    UP,
    FROZEN,
    DOWN
  }

  private static final int ENDED_BY_TERM = 143;

  private final String name;
  private final List<String> command;
  private final Path log;
  private Condition condition = Condition.DOWN;
  private long logged;
  private boolean ended;
  private @Nullable Process process;

  /**
   * @param log takes all that it prints, start after start
   */
  Member(String name, List<String> command, Path log) {
    this.name = name;
    this.command = List.copyOf(command);
    this.log = log;
  }

  String name() {
    return name;
  }

  Condition condition() {
    return condition;
  }

  /** The lock is for a start that meets the end of this program, and would outlive it. */
  synchronized void start() {
    if (ended) {
      return;
    }
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(variable -> variable.startsWith("HAUL_"));
    builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
    logged = log.toFile().length();
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
    condition = Condition.UP;
  }

  void kill() {
    condition = Condition.DOWN;
    running().destroyForcibly().onExit().join();
  }

  /** Asks it to end. */
  void stop() {
    condition = Condition.DOWN;
    running().destroy();
  }

  void freeze() {
    signal("STOP");
    condition = Condition.FROZEN;
  }

  void thaw() {
    signal("CONT");
    condition = Condition.UP;
  }

  /** The exit code once it has ended; empty when it has not within that time. */
  OptionalInt awaitExit(Duration longest) {
    try {
      return running().waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)
          ? OptionalInt.of(running().exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** Whether it has printed anything since its last start: that it serves, or why it does not. */
  boolean hasSpoken() {
    return log.toFile().length() > logged;
  }

  /** Whether it may have this exit code after SIGTERM; one that is just starting has no other. */
  boolean isGoodExit(int code) {
    return code == 0 || (code == ENDED_BY_TERM && !hasSpoken());
  }

  /** Whether it has ended although nothing asked it to. */
  boolean hasFallen() {
    return condition != Condition.DOWN && !running().isAlive();
  }

  /** Kills it and lets it never start again; for any thread. */
  synchronized void end() {
    ended = true;
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException(name + " has not been started");
    }
    return process;
  }

  private void signal(String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(running().pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot signal " + name, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }
}
