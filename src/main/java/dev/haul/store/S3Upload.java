package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ErrorCode;
import dev.haul.job.SizeText;
import dev.haul.store.S3Bucket.Sent;
import dev.haul.store.S3Bucket.Upload;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of one file on their way into a bucket: hashed and put together to parts in memory, and
 * sent while the next part fills. All of it happens on one strand; requests run beside it. What
 * fits one part is held to its end.
 */
final class S3Upload {
  /** Parts of one upload sent at a time; more would let a fast source take all memory. */
  private static final int MOST_SENDING = 4;

  /** Parts after which a checkpoint is written: what a kill of the worker costs at most. */
  private static final int SAVE_EVERY = 2;

  private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);

  /** What all uploads of a store share. */
  record Means(S3Bucket bucket, S3Memory memory, Executor pool, Executor requests) {}

  /** All that is to be made visible. */
  record Whole(
      @Nullable Upload upload, List<Sent> parts, List<ByteBuffer> content, int crc, long bytes) {}

  private final S3Target target;
  private final Means means;
  private final String checkpoint;
  private final Strand strand;
  private final Backlog backlog = new Backlog();
  private volatile Runnable onRoom = () -> {};

  /** Set on the strand, read by the event loop too. */
  private volatile @Nullable Refusal broken;

  /** Whether there may be a checkpoint; set before one is written. */
  private volatile boolean checkpointed;

  // Of the strand.
  private final S3Digests digests;
  private final Deque<ByteBuf> pending = new ArrayDeque<>();
  private @Nullable S3Buffer filling;
  private boolean wanting;
  private boolean keeping;
  private boolean closed;
  private long bytes;
  private @Nullable CompletableFuture<Upload> begun;

  /** By number, those that S3 has. */
  private final TreeMap<Integer, Sent> sent = new TreeMap<>();

  /** State of the digests after the parts since the last one that all before are sent. */
  private final TreeMap<Integer, Map<Algorithm, String>> states = new TreeMap<>();

  private int sealed;

  /** Parts that are sent, from the first on without a gap. */
  private int complete;

  private int saved;
  private boolean saving;
  private int running;
  private @Nullable Runnable drained;
  private @Nullable Runnable idle;

  /** An upload of no bytes. */
  S3Upload(S3Target target, Means means, String checkpoint) {
    this(target, means, checkpoint, target.digests());
    states.put(0, digests.save());
  }

  private S3Upload(S3Target target, Means means, String checkpoint, S3Digests digests) {
    this.target = target;
    this.means = means;
    this.checkpoint = checkpoint;
    this.digests = digests;
    this.strand = new Strand(means.pool());
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
    var upload = new S3Upload(from.target(), means, checkpoint, digests);
    upload.checkpointed = true;
    upload.begun = from.upload() == null ? null : CompletableFuture.completedFuture(from.upload());
    parts.forEach(part -> upload.sent.put(part.number(), part));
    upload.sealed = parts.size();
    upload.complete = parts.size();
    upload.saved = parts.size();
    upload.states.put(parts.size(), from.digests());
    upload.filling = tail;
    upload.bytes = parts.size() * from.target().partSize() + (tail == null ? 0 : tail.bytes());
    return upload;
  }

  S3Target target() {
    return target;
  }

  /** The key of its checkpoint. */
  String checkpoint() {
    return checkpoint;
  }

  boolean isCheckpointed() {
    return checkpointed;
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
    if (wanting || running >= MOST_SENDING) {
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
    sealed++;
    if (sealed >= S3Settings.MAX_PARTS) {
      means.memory().give(part.slabs());
      fail(
          Refusal.fatal(
              ErrorCode.TOO_LARGE,
              "the file has more than 10,000 parts of " + SizeText.print(target.partSize())));
      return;
    }
    states.put(sealed, digests.save());
    send(sealed, part, true);
  }

  private void send(int number, S3Buffer part, boolean frees) {
    running++;
    var _ =
        begin()
            .thenCompose(upload -> means.bucket().part(upload, number, part.content(), part.crc()))
            .whenComplete((answer, e) -> strand.execute(() -> ended(part, answer, e, frees)));
  }

  private void ended(S3Buffer part, @Nullable Sent answer, @Nullable Throwable e, boolean frees) {
    running--;
    if (frees) {
      means.memory().give(part.slabs());
    }
    if (answer != null) {
      sent.put(answer.number(), answer);
      while (sent.containsKey(complete + 1)) {
        complete++;
      }
      states.headMap(Math.min(complete, states.lastKey())).clear();
      if (frees && complete - saved >= SAVE_EVERY) {
        save();
      }
    } else {
      fail(S3Refusals.of("a part of an upload", Objects.requireNonNull(e)));
    }
    go();
  }

  private CompletableFuture<Upload> begin() {
    CompletableFuture<Upload> known = begun;
    if (known != null) {
      return known;
    }
    CompletableFuture<Upload> begins =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return means.bucket().create(target.object(), target.attributes());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            means.requests());
    begun = begins;
    running++;
    var _ =
        begins.whenComplete((_, e) ->
            strand.execute(() -> {
              running--;
              if (e == null) {
                // So that whoever comes after a kill can give it up.
                save();
              }
              go();
            }));
    return begins;
  }

  private void save() {
    Upload upload = upload();
    if (saving || closed || upload == null || !target.isSaved()) {
      return;
    }
    saving = true;
    running++;
    int parts = complete;
    var state = new S3Checkpoint(target, upload, parts, state(parts), 0);
    means
        .requests()
        .execute(() -> {
          boolean done = write(state, List.of());
          strand.execute(() -> {
            saving = false;
            running--;
            saved = done ? parts : saved;
            go();
          });
        });
  }

  private Map<Algorithm, String> state(int parts) {
    return states.getOrDefault(parts, Map.of());
  }

  private boolean write(S3Checkpoint state, List<ByteBuffer> tail) {
    checkpointed = true;
    try {
      if (state.tail() > 0) {
        put(checkpoint + S3Kept.TAIL, tail);
      }
      put(checkpoint, List.of(ByteBuffer.wrap(state.bytes())));
      return true;
    } catch (IOException | RuntimeException e) {
      // A crash costs more bytes than it had to, no more.
      LOG.debug("A checkpoint was not written: {}", e.toString());
      return false;
    }
  }

  private void put(String key, List<ByteBuffer> content) throws IOException {
    var _ =
        means
            .bucket()
            .put(
                key,
                content,
                S3Buffer.crc(content),
                new S3Bucket.Attributes(null, "", target.attributes().token()),
                new S3Bucket.Condition.Anything());
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
    Runnable afterAll = idle;
    if (afterAll != null && running == 0) {
      idle = null;
      afterAll.run();
    }
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
    if (last != null && sealed > 0 && broken == null) {
      send(sealed + 1, last, false);
    }
    idle = action;
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
  Whole whole() {
    List<Sent> parts = List.copyOf(sent.values());
    S3Buffer last = filling;
    if (parts.isEmpty()) {
      return last == null
          ? new Whole(null, parts, List.of(), 0, 0)
          : new Whole(null, parts, last.content(), last.crc(), bytes);
    }
    int crc = 0;
    for (Sent part : parts) {
      crc = Crc32cSum.of(crc, part.crc(), part.bytes());
    }
    return new Whole(upload(), parts, List.of(), crc, bytes);
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
      drained = () -> idle = () -> rest(then);
      go();
    });
  }

  private void rest(Consumer<Boolean> then) {
    closed = true;
    // It follows all that were sealed.
    S3Buffer last = complete >= sealed ? filling : null;
    int parts = Math.min(complete, states.lastKey());
    List<ByteBuffer> tail = last == null ? List.of() : last.content();
    long tailBytes = last == null ? 0 : last.bytes();
    boolean worth = parts > 0 || tailBytes > 0;
    var state = new S3Checkpoint(target, upload(), parts, state(parts), tailBytes);
    means
        .requests()
        .execute(() -> {
          boolean done = worth && write(state, tail);
          strand.execute(this::free);
          then.accept(done);
        });
  }

  /** Drops what is in memory; nothing is accepted any more. */
  void close(Runnable then) {
    strand.execute(() -> {
      closed = true;
      idle =
          () -> {
            free();
            then.run();
          };
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
    CompletableFuture<Upload> known = begun;
    return known == null || !known.isDone() || known.isCompletedExceptionally()
        ? null
        : known.join();
  }
}
