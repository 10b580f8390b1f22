package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.InvalidField;
import dev.haul.job.Target;
import dev.haul.pipeline.Store;
import dev.haul.store.S3Upload.Means;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a bucket of S3. What fits one part becomes an object by one request at its end; a
 * larger file by an upload in parts, which are sent while it comes. Bytes are hashed on the store's
 * threads; requests are waited for by virtual threads.
 */
public final class S3Store implements Store {
  private static final Logger LOG = LoggerFactory.getLogger(S3Store.class);
  private static final Failure GONE =
      Failure.of(ErrorCode.INTERNAL, "the part was published or discarded already");

  private final Means means;
  private final StorePool pool;
  private final ExecutorService requests;
  private final S3Names names;
  private final S3Owners owners;
  private final S3PartStore parts;
  private final S3Publisher publisher;
  private final S3Comparison comparison;
  private final CountDownLatch closing = new CountDownLatch(1);

  private S3Store(
      StoreSettings settings,
      S3Bucket bucket,
      S3Names names,
      S3Owners owners,
      StorePool pool,
      ExecutorService requests) {
    this.pool = pool;
    this.requests = requests;
    this.names = names;
    this.owners = owners;
    S3Settings s3 = settings.s3();
    this.means = new Means(bucket, new S3Memory(s3.memory()), pool, this::request);
    this.parts = new S3PartStore(means, names, owners, s3);
    this.publisher = new S3Publisher(bucket, s3.conditionalWrites());
    this.comparison = new S3Comparison(bucket, names);
  }

  /**
   * Opens a store and proves that objects can be written there, under conditions if the settings
   * say so. Blocks.
   *
   * @param group the consumer group whose partitions will be claimed
   * @param variables of the environment
   * @throws InvalidField naming the setting that cannot work and what S3 said
   */
  public static S3Store open(
      String name, String group, StoreSettings settings, Map<String, String> variables) {
    S3Bucket bucket = S3Bucket.of(name, settings.s3(), variables);
    try {
      S3Names names = S3Names.of(settings.s3(), group);
      S3Owners owners = S3Owners.open(bucket, names.owners());
      if (settings.s3().conditionalWrites()) {
        probe(name, bucket, names.probe(owners.self()));
      }
      var store =
          new S3Store(
              settings,
              bucket,
              names,
              owners,
              new StorePool(settings.writers()),
              Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("haul-s3-", 0).factory()));
      store.sweepDaily(new S3Sweep(bucket, names, owners, settings.partRetention()));
      return store;
    } catch (IOException e) {
      bucket.close();
      throw new InvalidField(
          "stores." + name + ".s3.bucket",
          String.valueOf(settings.s3().bucket()),
          "must be one that can be written (" + e.getMessage() + ")");
    } catch (InvalidField e) {
      bucket.close();
      throw e;
    }
  }

  /** What comes after the end is left for the sweep of others. */
  private void request(Runnable task) {
    try {
      requests.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("A request came after the store was closed");
    }
  }

  private void sweepDaily(S3Sweep sweep) {
    requests.execute(() -> {
      try {
        do {
          sweep.run();
        } while (!closing.await(1, TimeUnit.DAYS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  /** A server that ignores conditions would let one worker undo what another has done. */
  private static void probe(String name, S3Bucket bucket, String key) throws IOException {
    List<ByteBuffer> content = List.of(ByteBuffer.wrap("haul".getBytes(StandardCharsets.UTF_8)));
    int crc = S3Buffer.crc(content);
    var first = new S3Bucket.Attributes(null, "", key);
    var nothing = new S3Bucket.Condition.Nothing();
    try {
      var _ = bucket.put(key, content, crc, first, nothing);
      if (bucket.put(key, content, crc, first, nothing) == S3Bucket.Written.DONE) {
        throw new InvalidField(
            "stores." + name + ".s3.conditional-writes",
            true,
            "must be false: this server overwrites in spite of If-None-Match");
      }
    } finally {
      bucket.delete(key);
    }
  }

  @Override
  public S3PartStore parts() {
    return parts;
  }

  @Override
  public Future<Published> publish(Publication publication) {
    S3Part part = (S3Part) publication.part();
    S3Upload upload = part.handOver();
    if (upload == null) {
      return Future.succeededFuture(new Published.Refused(GONE));
    }
    // Another one, from another source, may have been put down.
    parts.forget(part.key());
    return new S3Publication(
            part.key(), publication, upload, names, parts, publisher, means.requests())
        .start();
  }

  @Override
  public Future<Found> find(Target target, OptionalLong size, @Nullable Checksum checksum) {
    Promise<Found> found = Promise.promise();
    requests.execute(() -> found.complete(comparison.find(target, size, checksum)));
    return found.future();
  }

  /** A bucket has room, or says so when it is written to. */
  @Override
  public Future<Boolean> hasRoom(long bytes) {
    return Future.succeededFuture(true);
  }

  /** Waits for running work and stops the threads. What is kept stays for the next worker. */
  @Override
  public Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    closing.countDown();
    Thread.ofPlatform()
        .name("haul-store-close")
        .start(() -> {
          try (S3Bucket _ = means.bucket()) {
            pool.close();
            requests.close();
            owners.close();
          } catch (IOException e) {
            closed.fail(e);
            return;
          }
          closed.complete();
        });
    return closed.future();
  }
}
