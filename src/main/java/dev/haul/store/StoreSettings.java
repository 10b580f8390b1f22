package dev.haul.store;

import dev.haul.job.InvalidField;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of one store in the file system; their keys start with {@code stores.<name>}.
 *
 * @param root the folder below which files go; created when it is missing
 * @param fsync what must be on disk before a publication is answered
 * @param writers threads that write, hash and publish
 * @param reserve bytes of the disk that are left free, a tenth of it at most
 * @param partRetention how long the part of a job is kept that nobody has come for
 */
public record StoreSettings(
    Path root, Fsync fsync, int writers, long reserve, Duration partRetention) {
  /**
   * One syncs while the others write: with {@link Fsync#BATCH} on 2 cores, 8 published a quarter
   * more files a second than 4 or better, for the same CPU time.
   */
  private static final int DEFAULT_WRITERS = 8;

  private static final int MAX_WRITERS = 64;
  private static final long DEFAULT_RESERVE = 256 << 20;
  private static final Duration DEFAULT_PART_RETENTION = Duration.ofDays(7);

  public static final StoreSettings DEFAULTS = of(Path.of("haul-data", "files"));

  /**
   * @throws InvalidField naming the key whose value breaks its rule
   */
  public StoreSettings {
    if (writers < 1 || writers > MAX_WRITERS) {
      throw new InvalidField("stores.<name>.writers", writers, "must be from 1 to " + MAX_WRITERS);
    }
    if (reserve < 0) {
      throw new InvalidField("stores.<name>.reserve", reserve, "must not be negative");
    }
    if (partRetention.compareTo(Duration.ofMinutes(1)) < 0) {
      throw new InvalidField("stores.<name>.part-retention", partRetention, "must be at least 1m");
    }
  }

  /** The default settings for a root. */
  public static StoreSettings of(Path root) {
    return new StoreSettings(
        root, Fsync.BATCH, DEFAULT_WRITERS, DEFAULT_RESERVE, DEFAULT_PART_RETENTION);
  }
}
