package dev.haul.store;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.PartOrder;
import dev.haul.pipeline.PartStore;
import dev.haul.store.KeptParts.Kept;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The claims of this worker in one store, and the parts begun, put down and taken up in them. */
final class FilePartStore implements PartStore {
  private static final Logger LOG = LoggerFactory.getLogger(FilePartStore.class);

  /** Begins the names of parts that nobody can go on with. */
  private static final String ANY = "once";

  /** Beside the partitions' folders, whose names end in a number. */
  private static final String MOVED = "moved";

  private final Path folder;
  private final MovedParts moved;
  private final Owners owners;
  private final Duration retention;
  private final WritePath way;
  private final DiskSpace disk;
  private final Strand.Pool pool;
  private final KeptParts kept = new KeptParts();
  private final WriteMemory memory = new WriteMemory();

  /** Written by whoever claims and leaves, read by the event loops that begin parts. */
  private final Map<Partition, Claim> claims = new ConcurrentHashMap<>();

  /** Event loops take names at the same time; other workers name parts in the same folders. */
  private final AtomicLong names = new AtomicLong(ThreadLocalRandom.current().nextLong());

  /**
   * @param folder of the group's partitions
   */
  FilePartStore(
      Path folder,
      Owners owners,
      Duration retention,
      WritePath way,
      DiskSpace disk,
      Strand.Pool pool) {
    this.folder = folder;
    this.moved = new MovedParts(folder.resolve(MOVED), retention);
    this.owners = owners;
    this.retention = retention;
    this.way = way;
    this.disk = disk;
    this.pool = pool;
  }

  @Override
  public Future<Void> claim(Partition partition, long generation) {
    var claim =
        new Claim(partitionFolder(partition), generation, owners, names.incrementAndGet() >>> 1);
    claims.put(partition, claim);
    kept.leave(partition);
    Promise<Void> made = Promise.promise();
    pool.execute(() -> {
      try {
        claim.make();
        if (claim.isMade()) {
          KeptParts.find(claim, retention, (name, left) -> found(partition, claim, name, left));
          moved.sweep();
        }
      } catch (IOException | RuntimeException e) {
        LOG.warn("Parts of {} cannot be taken over yet: {}", partition, e.toString());
      }
      made.complete();
    });
    return made.future();
  }

  private void found(Partition partition, Claim claim, String name, Journal.Entry left) {
    long bytes = left.runs().stream().mapToLong(run -> run.to() - run.from()).sum();
    var room = new Reservation(disk, left.representation().size(), bytes);
    var file = new PartFile(claim::file, name, way, room, left);
    var part = new Kept(file, new Strand(pool), left.representation().source(), bytes);
    FilePart.drop(kept.put(partition, KeptParts.keyOf(name), part));
  }

  @Override
  public void leave(Partition partition) {
    Claim claim = claims.remove(partition);
    kept.leave(partition);
    if (claim != null) {
      pool.execute(claim::leave);
    }
  }

  @Override
  public Part begin(PartOrder order) {
    PartKey key = order.key();
    Claim claim = claims.get(key.partition());
    Claim place = claim == null ? Claim.none(partitionFolder(key.partition()), owners) : claim;
    String start = order.representation() == null ? ANY : key.name();
    var file =
        new PartFile(
            place::file,
            start + "-" + Long.toHexString(names.incrementAndGet()),
            order.algorithm(),
            order.told(),
            way,
            new Reservation(disk, order.size(), 0),
            order.representation());
    return new FilePart(key, file, new Strand(pool), kept, memory);
  }

  @Override
  public @Nullable Future<@Nullable Part> resume(
      PartKey key, SourceUrl source, Algorithm algorithm) {
    Kept part = kept.take(key, source);
    if (part == null) {
      return null;
    }
    Promise<@Nullable Part> taken = Promise.promise();
    part.strand().execute(() -> reread(key, part, algorithm, taken));
    return taken.future();
  }

  /** A slice at a time, between which others of the store get their turn. */
  private void reread(PartKey key, Kept part, Algorithm algorithm, Promise<@Nullable Part> taken) {
    PartFile file = part.file();
    try {
      if (file.reread(algorithm)) {
        taken.complete(
            new FilePart(key, file, part.strand(), kept, memory, file.contents().ranges()));
      } else {
        part.strand().execute(() -> reread(key, part, algorithm, taken));
      }
    } catch (IOException | RuntimeException e) {
      LOG.info("A part cannot be continued: {}", e.toString());
      FilePart.drop(part);
      taken.complete(null);
    }
  }

  /** Removes what nobody has come for in a long time. May block. */
  void sweep() {
    try {
      moved.sweep();
      for (Partition partition : kept.partitions()) {
        Claim claim = claims.get(partition);
        if (claim != null && claim.isMade()) {
          FileTime oldest = MovedParts.before(claim.folder(), retention);
          kept.takeOlder(partition, oldest).forEach(FilePart::drop);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("Old parts are not removed yet: {}", e.toString());
    }
  }

  @Override
  public Future<Void> release(PartKey key) {
    Kept part = kept.remove(key);
    if (part == null) {
      return Future.succeededFuture();
    }
    Promise<Void> released = Promise.promise();
    part.strand()
        .execute(() -> {
          try {
            moved.put(part.file().path());
          } catch (IOException | RuntimeException e) {
            LOG.info("A part cannot be released: {}", e.toString());
            FilePart.drop(part);
          }
          released.complete();
        });
    return released.future();
  }

  @Override
  public Future<Void> adopt(PartKey key) {
    Claim claim = claims.get(key.partition());
    if (claim == null) {
      return Future.succeededFuture();
    }
    Promise<Void> adopted = Promise.promise();
    pool.execute(() -> {
      try {
        if (claim.isMade()) {
          for (String name : moved.take(key, claim.folder())) {
            Path journal = claim.folder().resolve(name + Journal.ENDING);
            Journal.Entry left = Journal.read(journal);
            if (left != null) {
              found(key.partition(), claim, name, left);
            }
          }
        }
      } catch (IOException | RuntimeException e) {
        LOG.info("A released part cannot be taken: {}", e.toString());
      }
      adopted.complete();
    });
    return adopted.future();
  }

  @Override
  public void forget(PartKey key) {
    FilePart.drop(kept.remove(key));
  }

  private Path partitionFolder(Partition partition) {
    return folder.resolve(partition.toString());
  }

  /** Called when the threads have stopped. */
  void close() throws IOException {
    claims.values().forEach(Claim::leave);
    owners.close();
    if (way.disk() != null) {
      way.disk().close();
    }
  }
}
