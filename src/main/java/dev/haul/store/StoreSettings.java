package dev.haul.store;

import dev.haul.job.InvalidField;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of one store; their keys start with {@code stores.<name>}.
 *
 * @param root the folder below which files go; created when it is missing. Of a store in a bucket,
 *     where this worker notes what runs
 * @param fsync what must be on disk before a publication is answered
 * @param writers threads that write, hash and publish
 * @param direct whether large files are written past the page cache, where the file system can
 * @param reserve bytes of the disk that are left free, a tenth of it at most
 * @param partRetention how long the part of a job is kept that nobody has come for
 */
public record StoreSettings(
    StoreType type,
    Path root,
    Fsync fsync,
    int writers,
    boolean direct,
    long reserve,
    Duration partRetention,
    S3Settings s3) {
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
    if ((type == StoreType.S3) != (s3.bucket() != null)) {
      throw new InvalidField(
          "stores.<name>.s3.bucket", "must be given for the type s3, and for no other");
    }
  }

  /** The default settings for a root. */
  public static StoreSettings of(Path root) {
    return of(root, Fsync.BATCH, DEFAULT_WRITERS, DEFAULT_RESERVE, DEFAULT_PART_RETENTION);
  }

  static StoreSettings of(
      Path root, Fsync fsync, int writers, long reserve, Duration partRetention) {
    return new StoreSettings(
        StoreType.FILE, root, fsync, writers, true, reserve, partRetention, S3Settings.NONE);
  }

  /** The default settings for a bucket. */
  static StoreSettings of(Path root, S3Settings s3) {
    return new StoreSettings(
        StoreType.S3,
        root,
        Fsync.BATCH,
        DEFAULT_WRITERS,
        true,
        DEFAULT_RESERVE,
        DEFAULT_PART_RETENTION,
        s3);
  }

  /** Where its files are, in words that tell it from other stores. */
  public String place() {
    return switch (type) {
      case FILE -> root.toAbsolutePath().normalize().toString();
      case S3 -> s3.endpoint() + " " + s3.bucket() + " " + s3.prefix();
    };
  }
}
