package dev.haul.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder that goes with all that is in it, after Ctrl-C too, unless it is kept. */
final class Scratch implements AutoCloseable {
  private final Path folder;
  private final boolean kept;
  private final Thread onInterrupt = new Thread(this::delete, "haul-scratch");

  private Scratch(Path folder, boolean kept) {
    this.folder = folder;
    this.kept = kept;
  }

  static Scratch create() throws IOException {
    return create(false);
  }

  /**
   * @param kept whether it stays where it is
   */
  static Scratch create(boolean kept) throws IOException {
    var scratch = new Scratch(Files.createTempDirectory("haul"), kept);
    Runtime.getRuntime().addShutdownHook(scratch.onInterrupt);
    return scratch;
  }

  Path folder() {
    return folder;
  }

  /** As far as it can be: what stays is left to whoever cleans up temporary folders. */
  private void delete() {
    if (kept) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> leavesFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : leavesFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      System.err.println("haul: cannot remove " + folder + ": " + e);
    }
  }

  @Override
  public void close() {
    delete();
    Runtime.getRuntime().removeShutdownHook(onInterrupt);
  }
}
