package dev.haul.store;

import dev.haul.job.DownloadJob;
import dev.haul.job.InvalidField;
import java.nio.file.Path;

/**
 * Settings of one store in the file system; their keys start with {@code stores.<name>}.
 *
 * @param name what jobs call the store
 * @param root the folder below which files go; created when it is missing
 * @param fsync what must be on disk before a publication is answered
 * @param writers threads that write, hash and publish
 */
public record StoreSettings(String name, Path root, Fsync fsync, int writers) {
  /**
   * Threads mostly wait for the disk, and syncs that wait together share a commit of the journal:
   * on 2 cores, 16 published twice as many durable files a second as 4, and 32 no more.
   */
  private static final int DEFAULT_WRITERS = 16;

  private static final int MAX_WRITERS = 64;

  public static final StoreSettings DEFAULTS =
      of(DownloadJob.DEFAULT_STORE, Path.of("haul-data", "files"));

  /**
   * @throws InvalidField naming the key whose value breaks its rule
   */
  public StoreSettings {
    if (name.isEmpty()) {
      throw new InvalidField("stores", "must have names that are not empty");
    }
    if (writers < 1 || writers > MAX_WRITERS) {
      throw new InvalidField(key(name, "writers"), writers, "must be from 1 to " + MAX_WRITERS);
    }
  }

  /** The default settings for a root. */
  public static StoreSettings of(String name, Path root) {
    return new StoreSettings(name, root, Fsync.FILE, DEFAULT_WRITERS);
  }

  String rootKey() {
    return key(name, "root");
  }

  private static String key(String name, String setting) {
    return "stores." + name + "." + setting;
  }
}
