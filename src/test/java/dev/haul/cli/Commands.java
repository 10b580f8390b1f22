package dev.haul.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs commands of {@code haul} in this process. */
public final class Commands {
  /** How a command ended and what it printed. */
  public record Result(int exitCode, String out, String err) {}

  private Commands() {}

  public static Result run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode =
        Haul.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Result(exitCode, out.toString(), err.toString());
  }
}
