package dev.haul.store;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.store.S3Bucket.Sent;
import dev.haul.store.S3Upload.Means;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The checkpoints in a bucket, and the way back from one to its upload. Methods block. */
record S3Checkpoints(Means means) {

  /** Null when there is none, or none that can be understood. */
  @Nullable S3Checkpoint read(String key) throws IOException {
    byte[] bytes = means.bucket().bytes(key, S3Checkpoint.MAX_BYTES);
    return bytes == null ? null : S3Checkpoint.read(bytes);
  }

  void delete(String key) throws IOException {
    means.bucket().delete(key);
    means.bucket().delete(key + S3Kept.TAIL);
  }

  /**
   * Moves a checkpoint.
   *
   * @param folder of keys
   * @return its key there
   */
  String move(String key, String folder) throws IOException {
    String moved = folder + key.substring(key.lastIndexOf('/') + 1);
    var _ = means.bucket().copy(key + S3Kept.TAIL, moved + S3Kept.TAIL);
    if (means.bucket().copy(key, moved)) {
      delete(key);
    }
    return moved;
  }

  /** Takes an upload up; null when nobody can go on with it. */
  @Nullable S3Upload takeUp(String key, Algorithm algorithm) throws IOException {
    S3Checkpoint from = read(key);
    // Its parts may be larger than all memory, as when that is set lower.
    if (from == null || !means.memory().holds(from.target().partSize())) {
      return null;
    }
    List<Sent> parts = from.upload() == null ? List.of() : sent(from, from.upload());
    S3Digests digests = digests(from, algorithm);
    if (parts.size() < from.parts() || digests == null) {
      return null;
    }
    S3Buffer tail = from.tail() == 0 ? null : tail(from, key, digests);
    if (from.tail() == 0 || tail != null) {
      return S3Upload.resumed(from, means, key, digests, parts, tail);
    }
    // It is of another checkpoint: what is behind the parts comes once more.
    S3Digests again = parts.isEmpty() ? null : digests(from, algorithm);
    return again == null ? null : S3Upload.resumed(from, means, key, again, parts, null);
  }

  /** As they were after the parts; null when they cannot be taken up. */
  private static @Nullable S3Digests digests(S3Checkpoint from, Algorithm algorithm) {
    return from.parts() == 0
        ? from.target().digests(algorithm)
        : S3Digests.restored(algorithm, from.target().told(), from.digests());
  }

  /** The parts of a checkpoint that S3 has as they were sent. */
  private List<Sent> sent(S3Checkpoint from, S3Bucket.Upload upload) throws IOException {
    List<Sent> parts = means.bucket().parts(upload);
    int count = 0;
    while (count < Math.min(parts.size(), from.parts())
        && parts.get(count).number() == count + 1
        && parts.get(count).bytes() == from.target().partSize()) {
      count++;
    }
    return parts.subList(0, count);
  }

  /** The bytes after the parts; null when they are not there as they were. */
  private @Nullable S3Buffer tail(S3Checkpoint from, String key, S3Digests digests)
      throws IOException {
    long partSize = from.target().partSize();
    // Asked for before the request is made: one that waits for memory must not hold a connection.
    var granted = new CompletableFuture<List<ByteBuffer>>();
    means.memory().take(partSize, granted::complete);
    var tail = new S3Buffer(granted.join(), partSize);
    boolean whole = false;
    try {
      means
          .bucket()
          .read(
              key + S3Kept.TAIL,
              bytes -> {
                while (bytes.hasRemaining() && !tail.isFull()) {
                  digests.update(tail.take(bytes));
                }
              });
      whole = tail.bytes() == from.tail() && tail.crc() == from.tailCrc();
    } finally {
      if (!whole) {
        means.memory().give(tail.slabs());
      }
    }
    return whole ? tail : null;
  }
}
