package dev.haul.cli;

import dev.haul.job.ControlCommand.Action;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Keeps jobs from running. */
@Command(
    name = "pause",
    description = {
      "Keeps jobs from running until they are resumed; transfers stop and are not counted."
    },
    footer = {
      "",
      "What is paused stays paused for jobs published later. Jobs that are waiting hold no slot.",
      "  haul pause --host files.example.com",
      "  haul pause --worker haul-7d9f"
    })
final class PauseCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ControlOptions options = new ControlOptions();

  @Override
  public Integer call() {
    return options.send(Action.PAUSE, spec.commandLine());
  }
}
