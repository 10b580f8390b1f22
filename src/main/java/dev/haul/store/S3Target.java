package dev.haul.store;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ToldDigest;
import dev.haul.pipeline.PartOrder;
import dev.haul.policy.Representation;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What an upload is for; the same in all processes that work on it.
 *
 * @param object its key
 * @param partSize of all parts but the last
 * @param size of the file, if it is known
 * @param representation null when the upload is worth nothing unless it becomes whole
 */
record S3Target(
    String object,
    S3Bucket.Attributes attributes,
    long partSize,
    OptionalLong size,
    Algorithm algorithm,
    List<ToldDigest> told,
    @Nullable Representation representation) {
  private static final long MIB = 1 << 20;

  /**
   * What a part that begins is for.
   *
   * @param token tells the object from those that others write under its key
   */
  static S3Target of(PartOrder order, String object, S3Settings settings, String token) {
    return new S3Target(
        object,
        new S3Bucket.Attributes(
            order.contentType(), S3Tags.of(settings.tags(), order.job().labels()), token),
        partSize(settings.partSize(), order.size()),
        order.size(),
        order.algorithm(),
        order.told(),
        order.representation());
  }

  /** Large enough for a file of this size to have at most 10,000 parts, in whole MiB. */
  static long partSize(long wanted, OptionalLong size) {
    long least = size.orElse(0) / S3Settings.MAX_PARTS + 1;
    return Math.max(wanted / MIB * MIB, (least + MIB - 1) / MIB * MIB);
  }

  /** Whether another process can go on with its parts. */
  boolean isSaved() {
    return representation != null && size.orElse(Long.MAX_VALUE) > partSize;
  }

  S3Digests digests() {
    return digests(algorithm);
  }

  S3Digests digests(Algorithm own) {
    return new S3Digests(own, told, isSaved());
  }
}
