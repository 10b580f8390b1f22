package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.InvalidField;
import dev.haul.job.Target;
import dev.haul.pipeline.Store.Found;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The files of a store in a folder. */
record FileCopies(Locations locations, ExecutorService reader) implements StoredCopies.Copies {

  static FileCopies open(String name, StoreSettings store) {
    try {
      return new FileCopies(
          Locations.of(store.root()),
          Executors.newSingleThreadExecutor(
              Thread.ofPlatform().daemon().name("haul-read").factory()));
    } catch (IOException e) {
      throw new InvalidField(
          "stores." + name + ".root", store.root().toString(), "must be a folder that is there");
    }
  }

  @Override
  public Found find(Target target, OptionalLong size, Checksum checksum) {
    return new Comparison(locations, reader, target, size, checksum)
        .start()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  @Override
  public void put(Target target, byte[] content) throws IOException {
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
