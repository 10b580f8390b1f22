package dev.haul.store;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.Evidence;
import dev.haul.store.RunningFile.Entry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Evidence} in the folder of a store, {@code .haul/running/<group>}: a {@link RunningFile}
 * of each worker, and the {@link Suspects} of each partition. The files of dead workers are read by
 * whoever comes first, under the folder's lock. Without the folder nobody is blamed.
 */
public final class RunningJobs implements Evidence, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningJobs.class);
  private static final Duration LOCK_AGAIN = Duration.ofMillis(5);

  /** Work on files that is done under the folder's lock. */
  private interface Work<T> {
    T run() throws IOException;
  }

  private final Path folder;
  private final Suspects suspects;
  private final ExecutorService files =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("haul-running").factory());

  /** Null when it could not be made. */
  private final @Nullable RunningFile own;

  private RunningJobs(Path folder, String worker, int slots) {
    this.folder = folder;
    this.suspects = new Suspects(folder);
    this.own = create(encoded(worker), slots);
  }

  /**
   * Opens the evidence of one worker. May block for a moment.
   *
   * @param root of the store that all workers of the group share, if there is one
   * @param slots jobs that may run at once
   */
  public static RunningJobs open(Path root, String group, String worker, int slots) {
    Path folder = root.resolve(".haul").resolve("running").resolve(encoded(group));
    return new RunningJobs(folder, worker, slots);
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("*", "%2A");
  }

  private @Nullable RunningFile create(String worker, int slots) {
    try {
      Files.createDirectories(folder);
      return locked(() -> {
        Path path = folder.resolve(worker + "-" + ProcessHandle.current().pid());
        for (int i = 0; ; i++) {
          Path free = Path.of(path + "-" + i + RunningFile.ENDING);
          if (!Files.exists(free)) {
            return RunningFile.create(free, slots);
          }
        }
      });
    } catch (IOException e) {
      LOG.warn("A job that kills this worker cannot be found out: {}", e.toString());
      return null;
    }
  }

  @Override
  public Future<Map<Long, Integer>> claim(Partition partition) {
    Promise<Map<Long, Integer>> claimed = Promise.promise();
    files.execute(() -> {
      try {
        claimed.complete(
            locked(() -> {
              adopt();
              return suspects.read(partition);
            }));
      } catch (IOException | RuntimeException e) {
        LOG.warn("What died with jobs of {} is not known: {}", partition, e.toString());
        claimed.complete(Map.of());
      }
    });
    return claimed.future();
  }

  /** Blames what ran when workers died. Done again after a crash in between, it says the same. */
  private void adopt() throws IOException {
    try (DirectoryStream<Path> workers =
        Files.newDirectoryStream(folder, "*" + RunningFile.ENDING)) {
      for (Path worker : workers) {
        // To open the own file, and close it, would give up its lock (fcntl(2)).
        boolean itself = own != null && own.path().equals(worker);
        List<Entry> ran = itself ? null : RunningFile.autopsy(worker);
        if (ran == null) {
          continue;
        }
        for (Entry entry : ran) {
          Position position = entry.position();
          LOG.atWarn()
              .addKeyValue("partition", position.partition())
              .addKeyValue("offset", position.offset())
              .log("A worker died while the job of {} ran", position);
          suspects.blame(position.partition(), position.offset(), entry.deaths() + 1);
        }
        Files.delete(worker);
      }
    }
  }

  @Override
  public void runs(Position position, int deaths) {
    if (own != null) {
      own.add(position, deaths);
    }
  }

  @Override
  public void advanced(Position position) {
    if (own != null) {
      own.excuse(position);
    }
  }

  @Override
  public void rests(Position position) {
    if (own != null) {
      own.remove(position);
    }
  }

  @Override
  public void acquit(Position position) {
    files.execute(() -> {
      try {
        locked(() -> {
          suspects.acquit(position.partition(), position.offset());
          return true;
        });
      } catch (IOException | RuntimeException e) {
        LOG.warn("The job of {} stays suspected: {}", position, e.toString());
      }
    });
  }

  /** From now on the end of this process is no death, however it comes. */
  public void stopInOrder() {
    if (own != null) {
      own.stopInOrder();
    }
  }

  @Override
  public void close() {
    files.close();
    if (own != null) {
      try {
        // Under the lock: nobody who looks for dead workers meets a file that is just going.
        locked(() -> {
          own.close();
          return true;
        });
      } catch (IOException e) {
        LOG.warn("What ran here is not cleared away: {}", e.toString());
      }
    }
  }

  private <T> T locked(Work<T> work) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = lock(channel)) {
      return work.run();
    }
  }

  /** A lock keeps out other processes; within one the second to ask is refused instead. */
  private static FileLock lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        LockSupport.parkNanos(LOCK_AGAIN.toNanos());
      }
    }
  }
}
