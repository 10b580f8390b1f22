package dev.haul.store;

import dev.haul.pipeline.PartKey;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Parts of jobs that wait in a retry topic, and so belong to no partition: a folder that all
 * workers of the group share. A part is put there and taken out by renames, its journal first on
 * the way in and last on the way out; what lacks one is of no use and goes with time.
 */
final class MovedParts {
  private final Path folder;
  private final Duration retention;

  MovedParts(Path folder, Duration retention) {
    this.folder = folder;
    this.retention = retention;
  }

  /** Puts a part there, which must be at rest. */
  void put(Path part) throws IOException {
    Files.createDirectories(folder);
    move(journal(part), folder);
    move(part, folder);
  }

  /**
   * Takes the parts of a job.
   *
   * @param to the folder of a claim
   * @return their names
   */
  List<String> take(PartKey key, Path to) throws IOException {
    List<String> taken = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return taken;
    }
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, key.name() + "-*")) {
      for (Path part : parts) {
        String name = part.getFileName().toString();
        if (name.endsWith(Journal.ENDING)) {
          continue;
        }
        try {
          move(part, to);
          move(journal(part), to);
          taken.add(name);
        } catch (NoSuchFileException e) {
          // Somebody else has it.
        }
      }
    }
    return taken;
  }

  /** Removes what nobody has come for in a long time. */
  void sweep() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    FileTime oldest = before(folder, retention);
    for (Path file : Claim.entries(folder)) {
      try {
        if (Files.getLastModifiedTime(file).compareTo(oldest) < 0) {
          Files.deleteIfExists(file);
        }
      } catch (NoSuchFileException e) {
        // Somebody has just taken it.
      }
    }
  }

  /**
   * The time so long ago by the clock of a folder's file system, which may be that of another
   * machine.
   */
  static FileTime before(Path folder, Duration age) throws IOException {
    Path probe = Files.createTempFile(folder, "now", "");
    FileTime now = Files.getLastModifiedTime(probe);
    Files.delete(probe);
    return FileTime.from(now.toInstant().minus(age));
  }

  private static Path journal(Path part) {
    return part.resolveSibling(part.getFileName() + Journal.ENDING);
  }

  private static void move(Path file, Path folder) throws IOException {
    Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
  }
}
