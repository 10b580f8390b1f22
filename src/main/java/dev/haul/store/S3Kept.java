package dev.haul.store;

import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.PartKey;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Uploads that nobody works on, by their checkpoints, of the partitions that this worker owns. They
 * are looked up in memory, so that a job without one pays nothing. Any thread may call.
 */
final class S3Kept {
  /** What the key of a tail adds to that of its checkpoint. */
  static final String TAIL = ".tail";

  /** The job, the source, and what tells it from others of both. */
  private static final Pattern NAME = Pattern.compile("([0-9a-f]{32})-([0-9a-f]{32})-[0-9a-f]+");

  /**
   * An upload at rest.
   *
   * @param checkpoint its key
   * @param written completes when the checkpoint is there, with false when it could not be written
   */
  record Kept(String checkpoint, String source, Future<Boolean> written) {}

  private record Key(Partition partition, String name) {}

  private final Map<Key, Kept> uploads = new ConcurrentHashMap<>();

  static String name(PartKey key, String source, long number) {
    return key.name() + "-" + source + "-" + Long.toHexString(number);
  }

  /** Puts an upload down; answers the one that has to go for it, null when none has. */
  @Nullable Kept put(PartKey key, Kept upload) {
    return put(key.partition(), key.name(), upload);
  }

  private @Nullable Kept put(Partition partition, String job, Kept upload) {
    Kept other = uploads.put(new Key(partition, job), upload);
    // The same one is found in the bucket and put down when its partition comes back meanwhile.
    return other == null || other.checkpoint().equals(upload.checkpoint()) ? null : other;
  }

  /**
   * Puts down what a list of objects tells of.
   *
   * @param checkpoint a key; one that is none of a checkpoint is left alone
   */
  @Nullable Kept found(Partition partition, String checkpoint) {
    Matcher name = NAME.matcher(checkpoint.substring(checkpoint.lastIndexOf('/') + 1));
    return name.matches()
        ? put(
            partition,
            name.group(1),
            new Kept(checkpoint, name.group(2), Future.succeededFuture(true)))
        : null;
  }

  /** Takes an upload up again, if there is one from this source. */
  @Nullable Kept take(PartKey job, SourceUrl source) {
    // Most of the time nothing is kept: then nothing is hashed.
    if (uploads.isEmpty()) {
      return null;
    }
    var key = new Key(job.partition(), job.name());
    Kept kept = uploads.get(key);
    boolean fits = kept != null && kept.source().equals(KeptParts.sourceName(source));
    return fits && kept != null && uploads.remove(key, kept) ? kept : null;
  }

  @Nullable Kept remove(PartKey job) {
    return uploads.isEmpty() ? null : uploads.remove(new Key(job.partition(), job.name()));
  }

  /** Forgets the uploads of a partition, which stay where they are. */
  void leave(Partition partition) {
    uploads.keySet().removeIf(key -> key.partition().equals(partition));
  }
}
