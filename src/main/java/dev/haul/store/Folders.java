package dev.haul.store;

import dev.haul.job.ErrorCode;
import dev.haul.job.Target;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The folders that one batch of publications writes to, each looked up once. Nothing is remembered
 * beyond the batch, so that a folder that others remove, or replace by a link, is noticed.
 */
final class Folders {
  private final Path root;
  private final Map<Path, Path> real = new HashMap<>();
  private final Set<Path> changed = new HashSet<>();

  /**
   * @param root without symbolic links
   */
  Folders(Path root) {
    this.root = root;
  }

  /**
   * Finds where a target goes, and creates the folders on the way that are missing.
   *
   * @return a path whose folder exists below the root and holds no symbolic link
   * @throws Refusal when a link on the way leads out of the root
   */
  Path place(Target target) throws IOException {
    try {
      return made(target);
    } catch (NoSuchFileException e) {
      // Others removed a folder while we were on our way to it.
      real.clear();
      return made(target);
    }
  }

  /** The same, when what was found before turned out to be gone. */
  Path placeAgain(Target target) throws IOException {
    real.clear();
    return place(target);
  }

  private Path made(Target target) throws IOException {
    Path path = root.resolve(target.path());
    Path folder = find(parent(path));
    changed.add(folder);
    return folder.resolve(path.getFileName());
  }

  /**
   * Finds where a target is, without creating anything.
   *
   * @throws NoSuchFileException when its folder is missing
   * @throws Refusal when a link on the way leads out of the root
   */
  Path existing(Target target) throws IOException {
    Path path = root.resolve(target.path());
    return inside(parent(path).toRealPath()).resolve(path.getFileName());
  }

  /** Makes the names in the folders durable that are new since the last time. */
  void force() throws IOException {
    for (Path folder : changed) {
      try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      } catch (NoSuchFileException e) {
        // Removed by others together with what was in it: nothing is left to make durable.
      }
    }
    changed.clear();
  }

  private Path find(Path folder) throws IOException {
    Path known = real.get(folder);
    if (known != null) {
      return known;
    }
    Path found;
    try {
      found = folder.toRealPath();
    } catch (NoSuchFileException e) {
      found = create(folder);
    }
    real.put(folder, inside(found));
    return found;
  }

  private Path inside(Path folder) throws Refusal {
    if (!folder.startsWith(root)) {
      throw Refusal.fatal("a symbolic link in the target leads out of the store");
    }
    return folder;
  }

  private Path create(Path folder) throws IOException {
    if (folder.equals(root)) {
      // Never made anew: a volume that is not mounted would be written to the disk below it.
      throw Refusal.of(ErrorCode.STORAGE, "the root of the store is gone");
    }
    Path parent = find(parent(folder));
    Path created = parent.resolve(folder.getFileName());
    try {
      Files.createDirectory(created);
    } catch (FileAlreadyExistsException e) {
      // Somebody else was faster.
    }
    changed.add(parent);
    return created.toRealPath();
  }

  /** Of a path below the root, which has one. */
  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent());
  }
}
