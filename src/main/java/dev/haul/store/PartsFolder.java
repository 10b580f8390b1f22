package dev.haul.store;

import dev.haul.job.JobId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder for the part files of one store in one process. Beside it lies a file of the same name
 * with the ending {@code .lock}, locked while the process lives: a folder whose lock can be taken
 * is dead.
 */
final class PartsFolder {
  private static final Logger LOG = LoggerFactory.getLogger(PartsFolder.class);
  private static final String LOCK = ".lock";

  /**
   * Begins the names of all folders of this process. They are never probed: where locks belong to
   * processes (POSIX), closing the probing channel would release the lock.
   */
  private static final String PROCESS = UUID.randomUUID().toString();

  private final Path all;
  private final Path own;
  private final FileChannel lock;

  /** Event loops take names at the same time. */
  private final AtomicLong names = new AtomicLong();

  private PartsFolder(Path all, Path own, FileChannel lock) {
    this.all = all;
    this.own = own;
    this.lock = lock;
  }

  /** Creates and locks a folder of its own below one that all workers share. */
  static PartsFolder open(Path all) throws IOException {
    Files.createDirectories(all);
    while (true) {
      String name = PROCESS + "-" + UUID.randomUUID();
      Path lockFile = all.resolve(name + LOCK);
      FileChannel lock =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      // Another worker may sweep between creation and lock: then the file is locked or gone.
      if (lock.tryLock() != null && Files.exists(lockFile)) {
        return new PartsFolder(all, Files.createDirectory(all.resolve(name)), lock);
      }
      lock.close();
    }
  }

  /** A path that no other part has. */
  Path file(JobId id) {
    return own.resolve(id.value().replace(':', '_') + "-" + names.incrementAndGet());
  }

  /** Removes what dead processes left. */
  void sweep() {
    try {
      for (String name : names()) {
        if (!name.startsWith(PROCESS)) {
          sweep(name);
        }
      }
    } catch (IOException e) {
      LOG.warn("Part files that dead workers left could not be removed: {}", Refusal.reason(e));
    }
  }

  private Set<String> names() throws IOException {
    Set<String> found = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(all)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        found.add(name.endsWith(LOCK) ? name.substring(0, name.length() - LOCK.length()) : name);
      }
    }
    return found;
  }

  private void sweep(String name) throws IOException {
    Path lockFile = all.resolve(name + LOCK);
    try (var other =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (other.tryLock() != null) {
        int files = remove(all.resolve(name));
        Files.deleteIfExists(lockFile);
        LOG.info("Removed {} part files of a dead worker", files);
      }
    }
  }

  /** Waits for nobody: the caller has ended all parts. */
  void close() throws IOException {
    try (lock) {
      remove(own);
      Files.deleteIfExists(all.resolve(own.getFileName() + LOCK));
    }
  }

  private static int remove(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(folder);
      return 0;
    }
    int files = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        Files.deleteIfExists(entry);
        files++;
      }
    }
    Files.deleteIfExists(folder);
    return files;
  }
}
