package dev.haul.cli;

import dev.haul.config.Settings;
import dev.haul.job.InvalidField;
import dev.haul.store.StoredCopies;
import dev.haul.zoom.ReceiptCheck;
import dev.haul.zoom.StoredJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks whether receipts still hold. */
@Command(
    name = "check",
    description = {
      "Checks receipts: their signature, and that each file is still in its store as it was.",
      "Asks neither Zoom nor Kafka."
    })
final class ZoomCheckCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin SettingsOptions options = new SettingsOptions();

  @Option(
      names = "--public-key",
      required = true,
      paramLabel = "FILE",
      description = "Of the key that signs receipts, in PEM.")
  Path publicKey = Path.of("");

  @Parameters(paramLabel = "RECEIPT", arity = "1..*", description = "Files *.receipt.json.")
  List<Path> receipts = List.of();

  @Override
  public Integer call() {
    Logging.quiet();
    Settings settings = options.load();
    PublicKey key = ReceiptCheck.publicKey(publicKey);
    PrintWriter out = spec.commandLine().getOut();
    int bad = 0;
    try (var copies = new StoredCopies(settings.stores(), System.getenv())) {
      for (Path receipt : receipts) {
        List<String> problems = problems(receipt, key, copies);
        problems.forEach(problem -> out.println(receipt + ": " + problem));
        bad += problems.isEmpty() ? 0 : 1;
      }
    }
    out.printf("%d of %d receipts hold%n", receipts.size() - bad, receipts.size());
    out.flush();
    return bad == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private static List<String> problems(Path receipt, PublicKey key, StoredCopies copies) {
    try {
      return ReceiptCheck.read(Files.readAllBytes(receipt), key).files().stream()
          .flatMap(file -> problem(file, copies).stream())
          .toList();
    } catch (IOException e) {
      return List.of("cannot be read (" + e.getClass().getSimpleName() + ")");
    } catch (InvalidField e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> problem(StoredJob.File file, StoredCopies copies) {
    return copies
        .difference(file.store(), file.target(), file.bytes(), file.checksum())
        .map(difference -> List.of(file.target() + " " + difference))
        .orElse(List.of());
  }
}
