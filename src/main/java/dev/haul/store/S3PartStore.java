package dev.haul.store;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.PartOrder;
import dev.haul.pipeline.PartStore;
import dev.haul.policy.Representation;
import dev.haul.store.S3Kept.Kept;
import dev.haul.store.S3Upload.Means;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims of this worker in one bucket, and the uploads begun, put down and taken up in them.
 */
final class S3PartStore implements PartStore {
  private static final Logger LOG = LoggerFactory.getLogger(S3PartStore.class);

  private final Means means;
  private final S3Names names;
  private final S3Owners owners;
  private final S3Settings settings;
  private final S3Checkpoints checkpoints;
  private final S3Kept kept = new S3Kept();

  /** Written by whoever claims and leaves, read by the event loops that begin parts. */
  private final Map<Partition, S3Claim> claims = new ConcurrentHashMap<>();

  /** Event loops take numbers at the same time; other workers name checkpoints beside them. */
  private final AtomicLong numbers = new AtomicLong(ThreadLocalRandom.current().nextLong());

  S3PartStore(Means means, S3Names names, S3Owners owners, S3Settings settings) {
    this.means = means;
    this.checkpoints = new S3Checkpoints(means);
    this.names = names;
    this.owners = owners;
    this.settings = settings;
  }

  private interface Task {
    void run() throws IOException;
  }

  /** Runs on a thread that may block; a failure is of no consequence but what the text says. */
  private Future<Void> run(String failure, Task task) {
    Promise<Void> done = Promise.promise();
    means
        .requests()
        .execute(() -> {
          try {
            task.run();
          } catch (IOException | RuntimeException e) {
            LOG.info("{}: {}", failure, e.getMessage());
          }
          done.complete();
        });
    return done.future();
  }

  @Override
  public Future<Void> claim(Partition partition, long generation) {
    var claim =
        new S3Claim(
            means.bucket(),
            settings.conditionalWrites(),
            names.claim(partition),
            owners,
            generation,
            numbers.incrementAndGet() >>> 1);
    claims.put(partition, claim);
    kept.leave(partition);
    return run(
        "Uploads of " + partition + " cannot be taken over yet",
        () -> {
          claim.make();
          if (claim.isMade()) {
            for (S3Bucket.Entry entry : means.bucket().list(names.parts(partition))) {
              drop(claim, kept.found(partition, entry.key()));
            }
          }
        });
  }

  S3Claim claim(PartKey key) {
    S3Claim claim = claims.get(key.partition());
    return claim == null ? S3Claim.none(means.bucket(), owners) : claim;
  }

  @Override
  public void leave(Partition partition) {
    claims.remove(partition);
    kept.leave(partition);
  }

  @Override
  public Part begin(PartOrder order) {
    Representation of = order.representation();
    String source = of == null ? S3Names.NO_SOURCE : of.source();
    long number = numbers.incrementAndGet();
    String checkpoint =
        names.parts(order.key().partition()) + S3Kept.name(order.key(), source, number);
    String token = owners.self() + "-" + Long.toHexString(number);
    var target = S3Target.of(order, names.object(order.job().target()), settings, token);
    return new S3Part(order.key(), new S3Upload(target, means, checkpoint), this, 0);
  }

  Future<Void> keep(PartKey key, S3Upload upload) {
    Representation of = upload.target().representation();
    if (of == null) {
      discard(key, upload);
      return Future.succeededFuture();
    }
    Promise<Boolean> written = Promise.promise();
    upload.keep(written::complete);
    Kept other = kept.put(key, new Kept(upload.checkpoint(), of.source(), written.future()));
    S3Claim claim = claim(key);
    var _ = run("An upload was not given up", () -> drop(claim, other));
    return written.future().mapEmpty();
  }

  /** Gives up an upload and all that is left of it. */
  void discard(PartKey key, S3Upload upload) {
    S3Claim claim = claim(key);
    upload.close(() -> {
      S3Bucket.Upload begun = upload.upload();
      if (begun != null || upload.isCheckpointed()) {
        var _ = run("An upload was not given up", () -> drop(claim, upload, begun));
      }
    });
  }

  /** Whoever has the partition by now may go on with what a checkpoint tells of. */
  private void drop(S3Claim claim, S3Upload upload, S3Bucket.@Nullable Upload begun)
      throws IOException {
    if (upload.isCheckpointed()) {
      claim.require();
      checkpoints.delete(upload.checkpoint());
    }
    if (begun != null) {
      means.bucket().abort(begun);
    }
  }

  /** Waits for it. */
  private static boolean isWritten(Kept left) {
    return left.written().toCompletionStage().toCompletableFuture().join();
  }

  private void drop(S3Claim claim, @Nullable Kept left) throws IOException {
    if (left == null) {
      return;
    }
    // One that could not be written anew is there as it was.
    boolean _ = isWritten(left);
    claim.require();
    S3Checkpoint checkpoint = checkpoints.read(left.checkpoint());
    if (checkpoint != null && checkpoint.upload() != null) {
      means.bucket().abort(checkpoint.upload());
    }
    checkpoints.delete(left.checkpoint());
  }

  /** What an upload leaves that has become an object. */
  void published(S3Upload upload) {
    if (upload.isCheckpointed()) {
      var _ = run("A checkpoint was not deleted", () -> checkpoints.delete(upload.checkpoint()));
    }
  }

  @Override
  public @Nullable Future<@Nullable Part> resume(
      PartKey key, SourceUrl source, Algorithm algorithm) {
    Kept left = kept.take(key, source);
    if (left == null) {
      return null;
    }
    Promise<@Nullable Part> taken = Promise.promise();
    S3Claim claim = claim(key);
    var _ =
        run(
            "An upload cannot be continued",
            () -> {
              Part part = null;
              try {
                S3Upload upload =
                    isWritten(left) ? checkpoints.takeUp(left.checkpoint(), algorithm) : null;
                if (upload == null) {
                  drop(claim, left);
                } else {
                  part = new S3Part(key, upload, this, upload.bytes());
                }
              } finally {
                taken.complete(part);
              }
            });
    return taken.future();
  }

  @Override
  public Future<Void> release(PartKey key) {
    Kept left = kept.remove(key);
    return left == null
        ? Future.succeededFuture()
        : run(
            "An upload cannot be released",
            () -> {
              if (isWritten(left)) {
                checkpoints.move(left.checkpoint(), names.moved());
              }
            });
  }

  @Override
  public Future<Void> adopt(PartKey key) {
    return run(
        "A released upload cannot be taken",
        () -> {
          for (S3Bucket.Entry entry : means.bucket().list(names.moved() + key.name() + "-")) {
            if (!entry.key().endsWith(S3Kept.TAIL)) {
              String here = checkpoints.move(entry.key(), names.parts(key.partition()));
              drop(claim(key), kept.found(key.partition(), here));
            }
          }
        });
  }

  @Override
  public void forget(PartKey key) {
    Kept left = kept.remove(key);
    if (left != null) {
      S3Claim claim = claim(key);
      var _ = run("An upload was not given up", () -> drop(claim, left));
    }
  }
}
