package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.InvalidField;
import dev.haul.job.Target;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.Store;
import dev.haul.store.WrittenPart.Pending;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a folder of the file system. Part files lie in {@code .haul/parts} below its root, on
 * the same file system as their targets, in a folder for each claim to a partition.
 *
 * <p>Small parts that wait for a thread are published together; a streamed one, whose sync may take
 * long, alone.
 */
public final class FileStore implements Store {
  /** Parts published together at most; more would leave other threads without work. */
  private static final int BATCH = 16;

  /** How often parts that nobody has come for are looked for. */
  private static final Duration SWEEP = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);
  private static final Failure GONE =
      Failure.of(ErrorCode.INTERNAL, "the part was published or discarded already");

  private final Locations locations;
  private final FilePartStore parts;
  private final Commit commit;
  private final DiskSpace disk;
  private final Publisher publisher;
  private final StorePool pool;

  /** Filled by whoever publishes, emptied by the threads of the pool. */
  private final Queue<Pending> waiting = new ConcurrentLinkedQueue<>();

  /**
   * Whether a thread was called to what waits and has not come yet. So the more threads are busy,
   * the more parts each takes along, and nobody is woken for a part that others take.
   */
  private final AtomicBoolean called = new AtomicBoolean();

  private FileStore(
      String group, StoreSettings settings, Locations locations, Owners owners, Commit commit)
      throws IOException {
    this.locations = locations;
    this.commit = commit;
    this.disk = new DiskSpace(locations.realRoot(), settings.reserve());
    this.publisher = new Publisher(locations, commit);
    this.pool = new StorePool(settings.writers());
    DirectDisk direct = settings.direct() ? DirectDisk.find(locations.parts()) : null;
    if (settings.direct() && direct == null) {
      LOG.info(
          "Large files go through the page cache: their file system or kernel has no other way");
    }
    this.parts =
        new FilePartStore(
            locations.parts().resolve(group(group)),
            owners,
            settings.partRetention(),
            new WritePath(commit.syncEvery(), direct),
            disk,
            pool);
  }

  /**
   * Opens a store: creates the root if it is missing and proves that files can be written and moved
   * there.
   *
   * @param group the consumer group whose partitions will be claimed
   * @throws InvalidField naming {@code stores.<name>.root} and why it cannot be used
   */
  public static FileStore open(String name, String group, StoreSettings settings) {
    String key = "stores." + name + ".root";
    Path root = settings.root();
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new InvalidField(key, root.toString(), "must be a folder");
    }
    try {
      Files.createDirectories(root);
      Locations locations = Locations.of(root);
      Files.createDirectories(locations.parts());
      probe(locations);
      Owners owners = Owners.open(locations.owners());
      Commit commit = commit(settings.fsync(), locations.realRoot());
      var store = new FileStore(group, settings, locations, owners, commit);
      store.pool.execute(owners::sweep);
      store.sweepLater();
      return store;
    } catch (IOException e) {
      throw new InvalidField(
          key, root.toString(), "must be a folder that can be written (" + Refusal.reason(e) + ")");
    }
  }

  private void sweepLater() {
    CompletableFuture.delayedExecutor(SWEEP.toSeconds(), TimeUnit.SECONDS, pool)
        .execute(() -> {
          if (!pool.isShutdown()) {
            sweep();
            sweepLater();
          }
        });
  }

  /** Removes the parts that nobody has come for in a long time. May block. */
  void sweep() {
    parts.sweep();
  }

  private static Commit commit(Fsync fsync, Path root) {
    return switch (fsync) {
      case NONE -> Commit.unsynced();
      case FILE -> Commit.file();
      case BATCH -> {
        try {
          yield new GroupCommit(Syncfs.open(root));
        } catch (IOException | UnsupportedOperationException e) {
          LOG.info("Files are synced one by one, as there is no syncfs(2): {}", e.getMessage());
          yield Commit.file();
        }
      }
    };
  }

  private static void probe(Locations locations) throws IOException {
    String name = ".haul-probe-" + UUID.randomUUID();
    Path part = locations.parts().resolve(name);
    Path target = locations.realRoot().resolve(name);
    Files.write(part, new byte[1], StandardOpenOption.CREATE_NEW);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(target);
  }

  /** A folder name for a group, whose own name may hold anything. */
  private static String group(String name) {
    return name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,100}") ? name : PartKey.digest(name);
  }

  @Override
  public FilePartStore parts() {
    return parts;
  }

  @Override
  public Future<Published> publish(Publication publication) {
    FilePart part = (FilePart) publication.part();
    if (!part.handOver()) {
      return Future.succeededFuture(new Published.Refused(GONE));
    }
    // Another one, from another source, may have been put down.
    parts.forget(part.key());
    var pending = new Pending(part, publication, Promise.promise());
    if (part.isStreamed()) {
      part.strand().execute(() -> publisher.publish(List.of(pending)));
    } else {
      waiting.add(pending);
      callWriter();
    }
    return pending.promise().future();
  }

  private void callWriter() {
    if (!called.getAndSet(true)) {
      pool.execute(this::publishWaiting);
    }
  }

  private void publishWaiting() {
    // First of all: a part that comes after the last look below must find it unset.
    called.set(false);
    List<Pending> batch = new ArrayList<>();
    for (Pending next = waiting.poll(); next != null; next = waiting.poll()) {
      batch.add(next);
      if (batch.size() == BATCH) {
        callWriter();
        break;
      }
    }
    publisher.publish(batch);
  }

  @Override
  public Future<Found> find(Target target, OptionalLong size, @Nullable Checksum checksum) {
    return new Comparison(locations, pool, target, size, checksum).start();
  }

  @Override
  public Future<Boolean> hasRoom(long bytes) {
    Promise<Boolean> answer = Promise.promise();
    pool.execute(() -> {
      try {
        answer.complete(disk.hasRoom(bytes));
      } catch (IOException | RuntimeException e) {
        LOG.debug("The disk does not tell its space: {}", e.toString());
        answer.complete(false);
      }
    });
    return answer.future();
  }

  /** Bytes that the store's disk can still take; asks the file system, so it may block. */
  public long usableBytes() throws IOException {
    return Files.getFileStore(locations.realRoot()).getUsableSpace();
  }

  /** Waits for running work and stops the threads. What is kept stays for the next worker. */
  @Override
  public Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    Thread.ofPlatform()
        .name("haul-store-close")
        .start(() -> {
          pool.close();
          try (commit) {
            parts.close();
          } catch (IOException e) {
            closed.fail(e);
            return;
          }
          closed.complete();
        });
    return closed.future();
  }
}
