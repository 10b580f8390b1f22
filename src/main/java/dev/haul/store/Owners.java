package dev.haul.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes that use a store, each with a file that it locks while it lives. A lock decides
 * nothing while the generations of the group grow; it tells a claim of a living worker from what a
 * group that was deleted, and begins again to count, has left.
 */
final class Owners {
  private static final Logger LOG = LoggerFactory.getLogger(Owners.class);
  private static final String LOCK = ".lock";

  /**
   * Begins the names of all owners of this process. They are never probed: where locks belong to
   * processes (POSIX), closing the probing channel would release the lock.
   */
  private static final String PROCESS = UUID.randomUUID().toString().substring(0, 13);

  private final Path folder;
  private final String self;
  private final FileChannel lock;

  private Owners(Path folder, String self, FileChannel lock) {
    this.folder = folder;
    this.self = self;
    this.lock = lock;
  }

  /** Creates and locks a file of its own in a folder that all workers share. */
  static Owners open(Path folder) throws IOException {
    Files.createDirectories(folder);
    while (true) {
      String self = PROCESS + "-" + UUID.randomUUID().toString().substring(0, 8);
      Path file = folder.resolve(self + LOCK);
      FileChannel lock =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      // Another worker may sweep between creation and lock: then the file is locked or gone.
      if (lock.tryLock() != null && Files.exists(file)) {
        return new Owners(folder, self, lock);
      }
      lock.close();
    }
  }

  String self() {
    return self;
  }

  boolean isAlive(String owner) {
    if (owner.startsWith(PROCESS)) {
      return true;
    }
    Path file = folder.resolve(owner + LOCK);
    if (!Files.exists(file)) {
      return false;
    }
    try (var other = FileChannel.open(file, StandardOpenOption.WRITE)) {
      return other.tryLock() == null;
    } catch (IOException e) {
      return true;
    }
  }

  /** Removes the files of dead processes. */
  void sweep() {
    try {
      for (Path file : Claim.entries(folder)) {
        String name = file.getFileName().toString();
        if (name.endsWith(LOCK) && !isAlive(name.substring(0, name.length() - LOCK.length()))) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.debug("Locks of dead workers were not removed: {}", Refusal.reason(e));
    }
  }

  void close() throws IOException {
    try (lock) {
      Files.deleteIfExists(folder.resolve(self + LOCK));
    }
  }
}
