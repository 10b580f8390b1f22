package dev.haul.cli;

import dev.haul.origin.s3.S3Double;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A double of S3. */
@Command(
    name = "s3-double",
    description = {
      "A double of S3 on loopback with one bucket, to try a store on without an account.",
      "It believes every signature, and forgets everything when it ends."
    })
final class S3DoubleCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "0 for any free one. Default: ${DEFAULT-VALUE}.")
  int port = 9000;

  @Option(names = "--bucket", paramLabel = "NAME", description = "Default: ${DEFAULT-VALUE}.")
  String bucket = "haul";

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where its bytes go. Default: a temporary one.")
  Path data = Path.of("");

  @Option(
      names = "--broken",
      paramLabel = "N",
      description =
          "One in N answers breaks: 503 SlowDown, 500 in the middle, a cut connection before or"
              + " after the work. Default: none.")
  int broken;

  @Override
  public Integer call() throws IOException {
    Logging.quiet();
    boolean temporary = data.toString().isEmpty();
    StopSignal stop = StopSignal.install();
    try (Scratch scratch = Scratch.create()) {
      Path folder = temporary ? scratch.folder() : Files.createDirectories(data);
      try (S3Double server = S3Double.start(port, bucket, folder, InstantSource.system())) {
        if (broken > 0) {
          server.shake(new Random(), broken);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("the bucket " + bucket + " is at " + server.endpoint());
        out.flush();
        return stop.await();
      }
    }
  }
}
