package dev.haul.chaos;

import dev.haul.chaos.Violation.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what is visible below the roots of stores, and reads each file whenever it is new or has
 * changed. A file that is not whole at any look is a violation, whatever becomes of it. Belongs to
 * one thread.
 */
final class Watcher {
  /** The folder of a store that no name of a file may begin with. */
  private static final String HIDDEN = ".haul";

  private static final int BUFFER = 64 << 10;

  /** What a file looked like when it was read. */
  private record Sight(@Nullable Object inode, long size, FileTime changed, String sha256) {
    boolean isOf(BasicFileAttributes file) {
      return size == file.size()
          && changed.equals(file.lastModifiedTime())
          && java.util.Objects.equals(inode, file.fileKey());
    }
  }

  private final List<Path> roots;
  private final Map<Path, String> expected;
  private final Map<Path, Sight> seen = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private long looks;

  /**
   * @param expected the SHA-256 of each file that may appear, in hex
   */
  Watcher(List<Path> roots, Map<Path, String> expected) {
    this.roots = List.copyOf(roots);
    this.expected = Map.copyOf(expected);
  }

  /** Looks at all files once. */
  void look() {
    looks++;
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        look(root);
      }
    }
  }

  /** How often it has looked. */
  long looks() {
    return looks;
  }

  /** How many files it has seen. */
  int files() {
    return seen.size();
  }

  List<Violation> violations() {
    return List.copyOf(violations);
  }

  /** The SHA-256 of a file when it was last read, empty when it was never there. */
  String sha256(Path file) {
    Sight sight = seen.get(file);
    return sight == null ? "" : sight.sha256();
  }

  private void look(Path root) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes of) {
              return folder.equals(root.resolve(HIDDEN))
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes of) throws IOException {
              Sight before = seen.get(file);
              if (before == null || !before.isOf(of)) {
                read(file, of);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + root, e);
    }
  }

  private void read(Path file, BasicFileAttributes of) throws IOException {
    String sha256;
    try {
      sha256 = digest(file);
    } catch (NoSuchFileException e) {
      return;
    }
    seen.put(file, new Sight(of.fileKey(), of.size(), of.lastModifiedTime(), sha256));
    String wanted = expected.get(file);
    if (wanted == null) {
      violations.add(new Violation(Kind.LEFT_OVER, file.toString(), "no job has this target"));
    } else if (!wanted.equals(sha256)) {
      violations.add(
          new Violation(Kind.HALF_FILE, file.toString(), of.size() + " bytes, " + sha256));
    }
  }

  private static String digest(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      var buffer = new byte[BUFFER];
      for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
