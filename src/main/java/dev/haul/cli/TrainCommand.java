package dev.haul.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Exercises what the commands use, so that the launcher's cache (JEP 514) holds the classes. What
 * fails here, such as the demo in an installation without a broker, is only missing from the cache.
 */
@Command(name = "train", hidden = true, description = "Fills the cache of the launcher.")
final class TrainCommand implements Runnable {
  private static final String[][] COMMANDS = {
    {"--version"},
    {"--help"},
    {"topics", "--help"},
    {"submit", "--help"},
    {"submit", "--dry-run", "--json", "https://localhost/file", "--label", "a=b"},
  };

  @Override
  public void run() {
    for (String[] command : COMMANDS) {
      execute(command);
    }
    try (var scratch = Scratch.create()) {
      execute("demo", "--quick", "--folder", scratch.folder().toString());
    } catch (IOException e) {
      throw new IllegalStateException("there is no folder for temporary files", e);
    }
  }

  private static void execute(String... arguments) {
    CommandLine haul = Haul.commandLine();
    var sink = new PrintWriter(Writer.nullWriter());
    var _ = haul.setOut(sink).setErr(sink).execute(arguments);
  }
}
