package dev.haul.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Exercises what the commands use, so that the launcher's cache of loaded classes (JEP 514) holds
 * it. Does nothing else.
 */
@Command(name = "train", hidden = true, description = "Fills the cache of the launcher.")
final class TrainCommand implements Runnable {
  @Override
  public void run() {
    CommandLine haul = Haul.commandLine();
    var sink = new PrintWriter(new StringWriter());
    haul.usage(sink);
    haul.getSubcommands().values().forEach(command -> command.usage(sink));
    haul.printVersionHelp(System.out);
  }
}
