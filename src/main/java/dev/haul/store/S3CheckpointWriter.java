package dev.haul.store;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.store.S3Bucket.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows what is worth noting of one upload, and writes it, so that another process can go on. It
 * belongs to the strand of the upload; {@link #write} alone blocks, and is called beside it.
 */
final class S3CheckpointWriter {
  /** Parts after which a checkpoint is written: what a kill of the worker costs at most. */
  private static final int SAVE_EVERY = 2;

  private static final Logger LOG = LoggerFactory.getLogger(S3CheckpointWriter.class);

  private final S3Target target;
  private final S3Bucket bucket;
  private final String key;

  /** Whether there may be a checkpoint; set before one is written. */
  private volatile boolean written;

  /** State of the digests after the parts since the last one that all before are sent. */
  private final TreeMap<Integer, Map<Algorithm, String>> states = new TreeMap<>();

  /** Parts that are sent, from the first on without a gap. */
  private int sent;

  private int saved;
  private boolean writing;

  /**
   * For an upload of no bytes.
   *
   * @param digests state of the digests
   */
  S3CheckpointWriter(S3Target target, S3Bucket bucket, String key, Map<Algorithm, String> digests) {
    this.target = target;
    this.bucket = bucket;
    this.key = key;
    states.put(0, digests);
  }

  /** For an upload that goes on from a checkpoint. */
  S3CheckpointWriter(S3Checkpoint from, S3Bucket bucket, String key) {
    this.target = from.target();
    this.bucket = bucket;
    this.key = key;
    states.put(from.parts(), from.digests());
    sent = from.parts();
    saved = from.parts();
    written = true;
  }

  /** The key of the checkpoint. */
  String key() {
    return key;
  }

  /** Whether there may be a checkpoint. Any thread may ask. */
  boolean isWritten() {
    return written;
  }

  /**
   * A part that others follow is on its way.
   *
   * @param parts that came so far
   * @param digests state of the digests after them
   */
  void sealed(int parts, Map<Algorithm, String> digests) {
    states.put(parts, digests);
  }

  /**
   * More is sent.
   *
   * @param parts that are, from the first on without a gap
   */
  void sent(int parts) {
    // The last part of all has no state after it: nobody goes on behind it.
    sent = Math.min(parts, states.lastKey());
    states.headMap(sent).clear();
  }

  /** Whether so much was sent since the last checkpoint that another is worth a request. */
  boolean isDue() {
    return sent - saved >= SAVE_EVERY;
  }

  /** Begins a checkpoint; null when none is wanted, or one is being written. */
  @Nullable S3Checkpoint begin(@Nullable Upload upload) {
    if (writing || upload == null || !target.isSaved()) {
      return null;
    }
    writing = true;
    return checkpoint(upload, null);
  }

  /** Ends what {@link #begin} began. */
  void end(S3Checkpoint checkpoint, boolean done) {
    writing = false;
    if (done) {
      saved = checkpoint.parts();
    }
  }

  /**
   * A checkpoint of what is sent.
   *
   * @param tail bytes after that; null for none
   */
  S3Checkpoint checkpoint(@Nullable Upload upload, @Nullable S3Buffer tail) {
    return new S3Checkpoint(
        target,
        upload,
        sent,
        states.getOrDefault(sent, Map.of()),
        tail == null ? 0 : tail.bytes(),
        tail == null ? 0 : tail.crc());
  }

  /**
   * Writes a checkpoint. Blocks.
   *
   * @param tail bytes after the parts
   * @return whether that succeeded
   */
  boolean write(S3Checkpoint checkpoint, List<ByteBuffer> tail) {
    written = true;
    try {
      if (checkpoint.tail() > 0) {
        put(key + S3Kept.TAIL, tail);
      }
      put(key, List.of(ByteBuffer.wrap(checkpoint.bytes())));
      return true;
    } catch (IOException | RuntimeException e) {
      // A crash costs more bytes than it had to, no more.
      LOG.debug("A checkpoint was not written: {}", e.toString());
      return false;
    }
  }

  private void put(String object, List<ByteBuffer> content) throws IOException {
    var _ =
        bucket.put(
            object,
            content,
            S3Buffer.crc(content),
            new S3Bucket.Attributes(null, "", target.attributes().token()),
            new S3Bucket.Condition.Anything());
  }
}
