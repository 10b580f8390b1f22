package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.job.Target;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.Store;
import dev.haul.store.PublicationBatch.Pending;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A store in a folder of the file system. Part files lie in {@code .haul/parts} below its root, on
 * the same file system as their targets.
 *
 * <p>Small parts that wait for a thread are published together; a streamed one, whose sync may take
 * long, alone.
 */
public final class FileStore implements Store {
  /** Parts published together at most; more would leave other threads without work. */
  private static final int BATCH = 16;

  private static final JobId PROBE = new JobId("probe");
  private static final Failure GONE =
      Failure.of(ErrorCode.INTERNAL, "the part was published or discarded already");

  private final Locations locations;
  private final Fsync fsync;
  private final PartsFolder parts;
  private final ThreadPoolExecutor pool;

  /** Filled by whoever publishes, emptied by the threads of the pool. */
  private final Queue<Pending> waiting = new ConcurrentLinkedQueue<>();

  private FileStore(Locations locations, PartsFolder parts, StoreSettings settings) {
    this.locations = locations;
    this.parts = parts;
    this.fsync = settings.fsync();
    this.pool = pool(settings.writers());
  }

  /**
   * Opens a store: creates the root if it is missing and proves that files can be written and moved
   * there. What dead workers left of their parts is removed in the background.
   *
   * @throws InvalidField naming {@code stores.<name>.root} and why it cannot be used
   */
  public static FileStore open(String name, StoreSettings settings) {
    String key = "stores." + name + ".root";
    Path root = settings.root();
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new InvalidField(key, root.toString(), "must be a folder");
    }
    try {
      Files.createDirectories(root);
      Locations locations = Locations.of(root);
      PartsFolder parts = PartsFolder.open(locations.parts());
      try {
        probe(parts.file(PROBE), locations.realRoot().resolve(".haul-probe-" + UUID.randomUUID()));
      } catch (IOException e) {
        parts.close();
        throw e;
      }
      var store = new FileStore(locations, parts, settings);
      store.pool.execute(parts::sweep);
      return store;
    } catch (IOException e) {
      throw new InvalidField(
          key, root.toString(), "must be a folder that can be written (" + Refusal.reason(e) + ")");
    }
  }

  private static void probe(Path part, Path target) throws IOException {
    Files.write(part, new byte[1], StandardOpenOption.CREATE_NEW);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(target);
  }

  private static ThreadPoolExecutor pool(int threads) {
    ThreadFactory factory = Thread.ofPlatform().daemon().name("haul-store-", 1).factory();
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        factory,
        // Only after close: what running work still starts ends on the thread that starts it.
        (task, pool) -> task.run());
  }

  @Override
  public Part begin(DownloadJob job) {
    Checksum wanted = job.checksum();
    Algorithm algorithm = wanted == null ? Algorithm.SHA256 : wanted.algorithm();
    return new FilePart(new PartFile(parts.file(job.id()), Hasher.of(algorithm)), pool);
  }

  @Override
  public Future<Published> publish(Publication publication) {
    FilePart part = (FilePart) publication.part();
    if (!part.handOver()) {
      return Future.succeededFuture(new Published.Refused(GONE));
    }
    var pending = new Pending(part, publication, Promise.promise());
    if (part.isStreamed()) {
      part.strand().execute(() -> publish(List.of(pending)));
    } else {
      waiting.add(pending);
      pool.execute(this::publishWaiting);
    }
    return pending.promise().future();
  }

  /**
   * Runs once for each waiting part, and takes along all that wait: most runs find nothing left,
   * which is cheaper than telling threads apart that are about to finish.
   */
  private void publishWaiting() {
    List<Pending> batch = new ArrayList<>();
    for (Pending next = waiting.poll(); next != null; next = waiting.poll()) {
      batch.add(next);
      if (batch.size() == BATCH) {
        break;
      }
    }
    if (!batch.isEmpty()) {
      publish(batch);
    }
  }

  private void publish(List<Pending> batch) {
    new PublicationBatch(locations, fsync).publish(batch);
  }

  @Override
  public Future<Found> find(Target target, OptionalLong size, @Nullable Checksum checksum) {
    return new Comparison(locations, pool, target, size, checksum).start();
  }

  /** Bytes that the store's disk can still take; asks the file system, so it may block. */
  public long usableBytes() throws IOException {
    return Files.getFileStore(locations.realRoot()).getUsableSpace();
  }

  /** Waits for running work, stops the threads and removes the part files that are left. */
  @Override
  public Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    Thread.ofPlatform()
        .name("haul-store-close")
        .start(() -> {
          pool.close();
          try {
            parts.close();
            closed.complete();
          } catch (IOException e) {
            closed.fail(e);
          }
        });
    return closed.future();
  }
}
