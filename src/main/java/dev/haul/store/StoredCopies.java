package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.InvalidField;
import dev.haul.job.Target;
import dev.haul.pipeline.Store.Found;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads files of stores back, and puts small ones beside them, for who is no worker: it makes no
 * part files and clears nothing away. Methods block; for one thread.
 */
public final class StoredCopies implements AutoCloseable {
  private final Map<String, Locations> stores = new HashMap<>();
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("haul-read").factory());

  /**
   * @param settings by the name of the store
   * @throws InvalidField naming the root that is not there
   */
  public StoredCopies(Map<String, StoreSettings> settings) {
    settings.forEach((name, store) -> {
      try {
        stores.put(name, Locations.of(store.root()));
      } catch (IOException e) {
        throw new InvalidField(
            "stores." + name + ".root", store.root().toString(), "must be a folder that is there");
      }
    });
  }

  /** How a file differs from what it should be, in words; empty when it is the same. */
  public Optional<String> difference(String store, Target target, long bytes, Checksum checksum) {
    Locations locations = stores.get(store);
    if (locations == null) {
      return Optional.of("is in the store " + store + ", which is not configured here");
    }
    Found found =
        new Comparison(locations, reader, target, OptionalLong.of(bytes), checksum)
            .start()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    return switch (found) {
      case Found.Same _ -> Optional.empty();
      case Found.Nothing() -> Optional.of("is not in the store under " + target);
      case Found.Different() -> Optional.of("is another one in the store, under " + target);
      case Found.Unknown(var failure) -> Optional.of("cannot be read back: " + failure.message());
    };
  }

  /**
   * Puts a file under a target in one step, durably, in place of what is there.
   *
   * @throws UncheckedIOException when that fails
   */
  public void put(String store, Target target, byte[] content) {
    Locations locations = stores.get(store);
    if (locations == null) {
      throw new IllegalStateException("the store " + store + " is not configured here");
    }
    try {
      Folders folders = locations.folders();
      Path path = folders.place(target);
      Path fresh = path.resolveSibling(".haul-" + UUID.randomUUID());
      try {
        write(fresh, content);
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
      folders.force();
    } catch (IOException e) {
      throw new UncheckedIOException("a file cannot be put under " + target, e);
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  @Override
  public void close() {
    reader.shutdown();
  }
}
