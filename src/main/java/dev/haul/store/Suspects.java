package dev.haul.store;

import dev.haul.job.Partition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * The jobs of each partition that ran when a worker died, in a small file: a line {@code offset
 * deaths} each. Whoever uses it holds the lock of the folder.
 */
final class Suspects {
  private final Path folder;

  Suspects(Path folder) {
    this.folder = folder;
  }

  Map<Long, Integer> read(Partition partition) throws IOException {
    var deaths = new TreeMap<Long, Integer>();
    try {
      for (String line : Files.readAllLines(file(partition))) {
        int space = line.indexOf(' ');
        deaths.put(
            Long.parseLong(line.substring(0, space)), Integer.parseInt(line.substring(space + 1)));
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    }
    return deaths;
  }

  /** Blames a job for so many deaths at least. */
  void blame(Partition partition, long offset, int deaths) throws IOException {
    var all = new TreeMap<>(read(partition));
    all.merge(offset, deaths, Math::max);
    write(partition, all);
  }

  void acquit(Partition partition, long offset) throws IOException {
    var all = new TreeMap<>(read(partition));
    if (all.remove(offset) != null) {
      write(partition, all);
    }
  }

  private void write(Partition partition, Map<Long, Integer> deaths) throws IOException {
    Path file = file(partition);
    if (deaths.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    var text = new StringBuilder();
    deaths.forEach((offset, count) -> text.append(offset).append(' ').append(count).append('\n'));
    Path whole = Files.writeString(folder.resolve(file.getFileName() + ".new"), text);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path file(Partition partition) {
    return folder.resolve(partition + ".deaths");
  }
}
