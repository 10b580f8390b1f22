package dev.haul.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The dead letters. */
@Command(
    name = "dead",
    description = {
      "Shows the dead letters, the records of failed jobs, and drives them again or drops them.",
      "A letter is open until then; every redrive and drop stands in the topic too."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DeadListCommand.class,
      DeadShowCommand.class,
      DeadRedriveCommand.class,
      DeadDropCommand.class
    })
final class DeadCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what: list, show, redrive or drop");
  }
}
