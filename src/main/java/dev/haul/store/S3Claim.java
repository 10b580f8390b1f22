package dev.haul.store;

import dev.haul.job.ErrorCode;
import dev.haul.store.S3Bucket.Condition;
import dev.haul.store.S3Bucket.Head;
import dev.haul.store.S3Bucket.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claim of this worker to the uploads of a partition: an object that names the generation of
 * the group and the worker, written only if nobody has written it meanwhile. Methods block.
 */
final class S3Claim {
  private static final Logger LOG = LoggerFactory.getLogger(S3Claim.class);
  private static final int TRIES = 100;
  private static final int MAX_BYTES = 1024;

  private enum State {
    NEW,
    MADE,
    VOID
  }

  /** What the object says. */
  private record Word(long generation, String owner, long number) {
    byte[] bytes() {
      return (generation + " " + owner + " " + number + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static @Nullable Word of(byte[] bytes) {
      String[] words = new String(bytes, StandardCharsets.UTF_8).strip().split(" ", -1);
      try {
        return words.length == 3
            ? new Word(Long.parseLong(words[0]), words[1], Long.parseLong(words[2]))
            : null;
      } catch (NumberFormatException e) {
        return null;
      }
    }
  }

  private final S3Bucket bucket;
  private final boolean conditional;
  private final String key;
  private final S3Owners owners;
  private final Word own;

  /** Set under the claim's lock. */
  private volatile State state;

  S3Claim(
      S3Bucket bucket,
      boolean conditional,
      String key,
      S3Owners owners,
      long generation,
      long number) {
    this.bucket = bucket;
    this.conditional = conditional;
    this.key = key;
    this.owners = owners;
    this.own = new Word(generation, owners.self(), number);
    this.state = State.NEW;
  }

  /** A claim to a partition that this worker does not own. */
  static S3Claim none(S3Bucket bucket, S3Owners owners) {
    var none = new S3Claim(bucket, true, "", owners, 0, 0);
    none.state = State.VOID;
    return none;
  }

  boolean isMade() {
    return state == State.MADE;
  }

  /** Makes the claim, unless it is made. After a failure the next who needs it tries again. */
  synchronized void make() throws IOException {
    for (int i = 0; i < TRIES && state == State.NEW; i++) {
      Head head = bucket.head(key);
      Word there = head == null ? null : read();
      if (there != null
          && there.generation > own.generation
          && !there.owner.equals(own.owner)
          && owners.isAlive(there.owner)) {
        LOG.warn("A younger claim than {} is there: its jobs are left alone", key);
        state = State.VOID;
        return;
      }
      byte[] word = own.bytes();
      List<ByteBuffer> content = List.of(ByteBuffer.wrap(word));
      Condition condition =
          !conditional
              ? new Condition.Anything()
              : head == null ? new Condition.Nothing() : new Condition.Exactly(head.etag());
      var attributes = new S3Bucket.Attributes(null, "", own.owner);
      Written written = bucket.put(key, content, S3Buffer.crc(content), attributes, condition);
      if (written == Written.DONE || own.equals(read())) {
        state = State.MADE;
      }
    }
    if (state == State.NEW) {
      throw Refusal.of(ErrorCode.STORAGE, "the claim to a partition changes all the time");
    }
  }

  /**
   * Makes sure, by asking S3, that no younger claim is there.
   *
   * @throws Refusal when there is one
   */
  void require() throws IOException {
    if (state == State.NEW) {
      make();
    }
    if (state == State.VOID || isLost()) {
      throw Refusal.gone();
    }
  }

  private boolean isLost() throws IOException {
    Word there = read();
    return there != null
        && !there.equals(own)
        && (there.owner.equals(own.owner)
            ? there.number > own.number
            : there.generation > own.generation);
  }

  private @Nullable Word read() throws IOException {
    byte[] bytes = bucket.bytes(key, MAX_BYTES);
    return bytes == null ? null : Word.of(bytes);
  }
}
