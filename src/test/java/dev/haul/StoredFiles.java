package dev.haul;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What lies under target names in the folder of a store. */
final class StoredFiles {
  private final Path root;

  StoredFiles(Path root) {
    this.root = root.toAbsolutePath();
  }

  /** The names of all files, without those that are the store's own. */
  Set<String> names() {
    try (Stream<Path> paths = Files.walk(root)) {
      var names = new TreeSet<String>();
      paths
          .filter(path -> !path.startsWith(root.resolve(".haul")) && Files.isRegularFile(path))
          .forEach(path -> names.add(root.relativize(path).toString()));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of files that do not hold what the origin has under the same path. */
  List<String> wrong() {
    List<String> wrong = new ArrayList<>();
    for (String name : names()) {
      if (!Arrays.equals(bytes(name), TestOrigin.content("/" + name))) {
        wrong.add(name);
      }
    }
    return wrong;
  }

  byte[] bytes(String name) {
    try {
      return Files.readAllBytes(root.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
