package dev.haul.store;

import dev.haul.store.S3Bucket.Sent;
import dev.haul.store.S3Bucket.Upload;
import dev.haul.store.S3Upload.Means;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests that one upload makes while it comes: begins it with its first part, sends the parts
 * and writes checkpoints. It belongs to the strand of the upload; requests run beside it and come
 * back to it.
 */
final class S3Sender {
  /** Parts of one upload sent at a time; more would let a fast source take all memory. */
  private static final int MOST_SENDING = 4;

  private final S3Target target;
  private final Means means;
  private final S3CheckpointWriter checkpoints;
  private final Executor strand;
  private final Consumer<Refusal> onFailure;
  private final Runnable onEnd;

  private @Nullable CompletableFuture<Upload> begun;

  /** By number, those that S3 has. */
  private final TreeMap<Integer, Sent> sent = new TreeMap<>();

  /** Parts that others follow. */
  private int sealed;

  /** Parts that are sent, from the first on without a gap. */
  private int complete;

  private int running;
  private boolean closed;
  private @Nullable Runnable idle;

  /**
   * @param onFailure told on the strand why a part was not sent
   * @param onEnd run on the strand when a request has ended, well or not
   */
  S3Sender(
      S3Target target,
      Means means,
      S3CheckpointWriter checkpoints,
      Executor strand,
      Consumer<Refusal> onFailure,
      Runnable onEnd) {
    this.target = target;
    this.means = means;
    this.checkpoints = checkpoints;
    this.strand = strand;
    this.onFailure = onFailure;
    this.onEnd = onEnd;
  }

  /**
   * Goes on with an upload. Called before all others.
   *
   * @param parts all that S3 has, without a gap
   */
  void goOn(@Nullable Upload upload, List<Sent> parts) {
    begun = upload == null ? null : CompletableFuture.completedFuture(upload);
    parts.forEach(part -> sent.put(part.number(), part));
    sealed = parts.size();
    complete = parts.size();
  }

  /** Parts that others follow. */
  int sealed() {
    return sealed;
  }

  /** Whether as much is under way as may be. */
  boolean isBusy() {
    return running >= MOST_SENDING;
  }

  /** Whether all parts that others follow are sent. */
  boolean isCaughtUp() {
    return complete >= sealed;
  }

  /** The parts that S3 has. */
  List<Sent> sent() {
    return List.copyOf(sent.values());
  }

  /** Sends a part that others follow, then gives its memory back. */
  void send(S3Buffer part) {
    sealed++;
    send(sealed, part, true);
  }

  /** Sends the last part, which stays in memory: it may have to be kept. */
  void sendLast(S3Buffer part) {
    send(sealed + 1, part, false);
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
    if (answer == null) {
      onFailure.accept(S3Refusals.of("a part of an upload", Objects.requireNonNull(e)));
    } else {
      sent.put(answer.number(), answer);
      while (sent.containsKey(complete + 1)) {
        complete++;
      }
      checkpoints.sent(complete);
      if (frees && checkpoints.isDue()) {
        save();
      }
    }
    onEnd.run();
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
              onEnd.run();
            }));
    return begins;
  }

  private void save() {
    S3Checkpoint checkpoint = closed ? null : checkpoints.begin(upload());
    if (checkpoint == null) {
      return;
    }
    running++;
    means
        .requests()
        .execute(() -> {
          boolean done = checkpoints.write(checkpoint, List.of());
          strand.execute(() -> {
            running--;
            checkpoints.end(checkpoint, done);
            if (done && checkpoints.isDue()) {
              // The parts that were sent meanwhile may have been the last.
              save();
            }
            onEnd.run();
          });
        });
  }

  /** Null when it has not begun, or could not. */
  @Nullable Upload upload() {
    CompletableFuture<Upload> known = begun;
    return known == null || !known.isDone() || known.isCompletedExceptionally()
        ? null
        : known.join();
  }

  /** Writes no more checkpoints. */
  void close() {
    closed = true;
  }

  /** Has something run on the strand, at the next {@link #settle} that finds nothing under way. */
  void whenIdle(Runnable action) {
    idle = action;
  }

  void settle() {
    Runnable action = idle;
    if (action != null && running == 0) {
      idle = null;
      action.run();
    }
  }
}
