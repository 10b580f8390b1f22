package dev.haul.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Zoom's cloud recordings. */
@Command(
    name = "zoom",
    description = "Lists and fetches Zoom's cloud recordings, and takes away what is stored.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ZoomListCommand.class,
      ZoomSubmitCommand.class,
      ZoomWebhookCommand.class,
      ZoomMoveCommand.class,
      ZoomCheckCommand.class
    },
    footer = {"", "The settings zoom.* name the account; docs/zoom.md says how to begin."})
final class ZoomCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
