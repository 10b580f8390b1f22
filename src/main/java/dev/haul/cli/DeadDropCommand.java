package dev.haul.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Takes dead letters off the list. */
@Command(
    name = "drop",
    description = {
      "Marks open dead letters as dropped: they are no longer listed nor driven again.",
      "The records stay in the topic for as long as it keeps them."
    },
    footer = {"", "  haul dead drop --code bad-job --older-than 7d"})
final class DeadDropCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin Resolving resolving = new Resolving();

  @Override
  public Integer call() {
    return resolving.run(false, (_, _) -> null, spec.commandLine());
  }
}
