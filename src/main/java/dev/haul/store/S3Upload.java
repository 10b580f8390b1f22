package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.ErrorCode;
import dev.haul.job.SizeText;
import dev.haul.store.S3Bucket.Sent;
import dev.haul.store.S3Bucket.Upload;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one file on their way into a bucket: hashed and put together to parts in memory,
 * which are sent while the next one fills. All of it happens on one strand; requests run beside it.
 * What fits one part is held to its end.
 *
 * <p>What needs a request is {@link S3Sender}'s and {@link S3CheckpointWriter}'s. What is left
 * shares the state of the strand, so it stays in one file.
 */
final class S3Upload {
  /** What all uploads of a store share. */
  record Means(S3Bucket bucket, S3Memory memory, Strand.Pool pool, Executor requests) {}

  /** Bytes that wait for memory, beyond which the source is not read. */
  private static final long MOST_WAITING = 192 << 10;

  private final S3Target target;
  private final Means means;
  private final Strand strand;
  private final S3CheckpointWriter checkpoints;
  private final S3Sender sender;
  private final Backlog backlog = new Backlog(MOST_WAITING);
  private volatile Runnable onRoom = () -> {};

  /** Set on the strand, read by the event loop too. */
  private volatile @Nullable Refusal broken;

  // Of the strand.
  private final S3Digests digests;
  private final Deque<ByteBuf> pending = new ArrayDeque<>();
  private @Nullable S3Buffer filling;
  private boolean wanting;
  private boolean keeping;
  private boolean closed;
  private long bytes;
  private @Nullable Runnable drained;

  /**
   * An upload of no bytes.
   *
   * @param checkpoint the key for its checkpoint
   */
  S3Upload(S3Target target, Means means, String checkpoint) {
    this(target, means, checkpoint, target.digests());
  }

  private S3Upload(S3Target target, Means means, String checkpoint, S3Digests digests) {
    this(
        target,
        means,
        new S3CheckpointWriter(target, means.bucket(), checkpoint, digests.save()),
        digests);
  }

  private S3Upload(
      S3Target target, Means means, S3CheckpointWriter checkpoints, S3Digests digests) {
    this.target = target;
    this.means = means;
    this.checkpoints = checkpoints;
    this.digests = digests;
    this.strand = new Strand(means.pool());
    this.sender = new S3Sender(target, means, checkpoints, strand, this::fail, this::go);
  }

  /**
   * An upload that goes on.
   *
   * @param parts all that S3 has, without a gap
   * @param tail bytes after them, hashed already; null for none
   */
  static S3Upload resumed(
      S3Checkpoint from,
      Means means,
      String checkpoint,
      S3Digests digests,
      List<Sent> parts,
      @Nullable S3Buffer tail) {
    var checkpoints = new S3CheckpointWriter(from, means.bucket(), checkpoint);
    var upload = new S3Upload(from.target(), means, checkpoints, digests);
    upload.sender.goOn(from.upload(), parts);
    upload.filling = tail;
    upload.bytes = parts.size() * from.target().partSize() + (tail == null ? 0 : tail.bytes());
    return upload;
  }

  S3Target target() {
    return target;
  }

  /** The key of its checkpoint. */
  String checkpoint() {
    return checkpoints.key();
  }

  boolean isCheckpointed() {
    return checkpoints.isWritten();
  }

  Backlog backlog() {
    return backlog;
  }

  void onRoom(Runnable action) {
    onRoom = action;
  }

  boolean isBroken() {
    return broken != null;
  }

  void breakOff(String reason) {
    strand.execute(() -> fail(Refusal.of(ErrorCode.INTERNAL, reason)));
  }

  /** Takes over buffers with the bytes that come next; they count in the backlog. */
  void accept(List<ByteBuf> buffers) {
    if (!buffers.isEmpty()) {
      strand.execute(() -> {
        pending.addAll(buffers);
        go();
      });
    }
  }

  private void go() {
    try {
      fill();
    } catch (RuntimeException e) {
      fail(Refusal.of(ErrorCode.INTERNAL, "the store failed: " + e));
    }
    if (keeping && wanting && means.memory().isShort()) {
      // Less than a backlog is not worth waiting for.
      release();
    }
    settle();
  }

  private void fill() {
    if (broken != null || closed) {
      release();
      return;
    }
    while (!pending.isEmpty()) {
      S3Buffer to = filling;
      if (to != null && to.isFull()) {
        seal(to);
        continue;
      }
      if (to == null) {
        want();
        return;
      }
      copy(pending.element(), to);
    }
  }

  private void copy(ByteBuf from, S3Buffer to) {
    ByteBuffer input = from.nioBuffer();
    int before = input.remaining();
    while (input.hasRemaining() && !to.isFull()) {
      digests.update(to.take(input));
    }
    int taken = before - input.remaining();
    bytes += taken;
    from.skipBytes(taken);
    if (!from.isReadable()) {
      pending.remove().release();
    }
    written(taken);
  }

  private void written(long count) {
    if (backlog.remove(count)) {
      onRoom.run();
    }
  }

  /** Asks for the memory of the next part. */
  private void want() {
    if (wanting || sender.isBusy()) {
      return;
    }
    long left = target.size().orElse(Long.MAX_VALUE) - bytes;
    if (left <= 0) {
      fail(
          Refusal.of(
              ErrorCode.SIZE_MISMATCH, "more than the expected " + bytes + " bytes were received"));
      return;
    }
    long size = Math.min(target.partSize(), left);
    if (!means.memory().holds(size)) {
      fail(
          Refusal.fatal(
              "the file needs parts of "
                  + SizeText.print(size)
                  + ", more than stores.<name>.s3.memory"));
      return;
    }
    wanting = true;
    means.memory().take(size, slabs -> strand.execute(() -> granted(slabs, size)));
  }

  private void granted(List<ByteBuffer> slabs, long size) {
    wanting = false;
    if (broken != null || closed) {
      means.memory().give(slabs);
    } else {
      filling = new S3Buffer(slabs, size);
    }
    go();
  }

  /** Sends a part that others follow. */
  private void seal(S3Buffer part) {
    filling = null;
    if (sender.sealed() + 1 >= S3Settings.MAX_PARTS) {
      means.memory().give(part.slabs());
      fail(
          Refusal.fatal(
              ErrorCode.TOO_LARGE,
              "the file has more than 10,000 parts of " + SizeText.print(target.partSize())));
      return;
    }
    checkpoints.sealed(sender.sealed() + 1, digests.save());
    sender.send(part);
  }

  private void fail(Refusal reason) {
    if (broken == null) {
      broken = reason;
    }
    release();
  }

  private void release() {
    while (!pending.isEmpty()) {
      ByteBuf buffer = pending.remove();
      int count = buffer.readableBytes();
      buffer.release();
      written(count);
    }
  }

  private void settle() {
    Runnable afterBytes = drained;
    if (afterBytes != null && pending.isEmpty()) {
      drained = null;
      afterBytes.run();
    }
    sender.settle();
  }

  /** Runs an action on the strand once all bytes so far are hashed, or the upload has failed. */
  void whenDrained(Runnable action) {
    strand.execute(() -> {
      drained = action;
      go();
    });
  }

  /**
   * Sends the last part, if there are others.
   *
   * @param action run on the strand when nothing is under way any more
   */
  void finish(Runnable action) {
    S3Buffer last = filling;
    if (last != null && sender.sealed() > 0 && broken == null) {
      sender.sendLast(last);
    }
    sender.whenIdle(action);
    settle();
  }

  /** On the strand, when drained: as many bytes as have come. */
  long bytes() {
    return bytes;
  }

  /** On the strand, when drained. */
  void requireSound() throws Refusal {
    Refusal reason = broken;
    if (reason != null) {
      throw reason;
    }
  }

  /** On the strand, when drained; called once. */
  Checksum checksum() throws Refusal {
    return digests.checksum();
  }

  /** On the strand, when finished. */
  S3Whole whole() {
    List<Sent> parts = sender.sent();
    return parts.isEmpty() ? S3Whole.of(filling) : S3Whole.of(upload(), parts, bytes);
  }

  /**
   * Writes a checkpoint of all that is here, so that another process can go on, and frees the
   * memory.
   *
   * @param then told on any thread whether that succeeded
   */
  void keep(Consumer<Boolean> then) {
    strand.execute(() -> {
      keeping = true;
      drained = () -> sender.whenIdle(() -> rest(then));
      go();
    });
  }

  private void rest(Consumer<Boolean> then) {
    closed = true;
    sender.close();
    // It follows all parts that were begun.
    S3Buffer last = sender.isCaughtUp() ? filling : null;
    S3Checkpoint checkpoint = checkpoints.checkpoint(upload(), last);
    List<ByteBuffer> tail = last == null ? List.of() : last.content();
    boolean worth = checkpoint.parts() > 0 || checkpoint.tail() > 0;
    means
        .requests()
        .execute(() -> {
          boolean done = worth && checkpoints.write(checkpoint, tail);
          strand.execute(this::free);
          then.accept(done);
        });
  }

  /** Drops what is in memory; nothing is accepted any more. */
  void close(Runnable then) {
    strand.execute(() -> {
      closed = true;
      sender.close();
      sender.whenIdle(() -> {
        free();
        then.run();
      });
      go();
    });
  }

  private void free() {
    S3Buffer held = filling;
    filling = null;
    if (held != null) {
      means.memory().give(held.slabs());
    }
  }

  /** Null when it has not begun, or could not. */
  @Nullable Upload upload() {
    return sender.upload();
  }
}
