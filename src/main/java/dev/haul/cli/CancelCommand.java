package dev.haul.cli;

import dev.haul.job.ControlCommand.Action;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ends jobs. */
@Command(
    name = "cancel",
    description = {
      "Ends jobs: what workers have at once, what still waits in the topic when its turn comes.",
      "What has arrived of their files is removed."
    },
    footer = {
      "",
      "Jobs published later run, also under the same id. haul watch ID tells of the end.",
      "  haul cancel zoom-9f2c",
      "  haul cancel --host files.example.com"
    })
final class CancelCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ControlOptions options = new ControlOptions();

  @Override
  public Integer call() {
    return options.send(Action.CANCEL, spec.commandLine());
  }
}
