package dev.haul.cli;

import dev.haul.job.ControlCommand.Action;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Takes pauses back. */
@Command(
    name = "resume",
    description = {
      "Takes pauses back. A job goes on when nothing else pauses it: a job that was paused by",
      "its id needs a resume by its id, also after resume --all."
    },
    footer = {"", "  haul resume --host files.example.com"})
final class ResumeCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ControlOptions options = new ControlOptions();

  @Override
  public Integer call() {
    return options.send(Action.RESUME, spec.commandLine());
  }
}
