package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.IfExists;
import dev.haul.job.JobId;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A store on a folder, the buffers that went into it and what tests do with both. */
final class StoreFixture implements AutoCloseable {
  final Path root;
  final FileStore store;
  private final ConcurrentLinkedQueue<ByteBuf> buffers = new ConcurrentLinkedQueue<>();

  StoreFixture(Path root) {
    this(StoreSettings.of(root));
  }

  StoreFixture(StoreSettings settings) {
    root = settings.root();
    store = FileStore.open("test", settings);
  }

  static DownloadJob job(String target) {
    return job(target, OptionalLong.empty(), null, IfExists.REPLACE);
  }

  static DownloadJob job(
      String target, OptionalLong size, @Nullable Checksum checksum, IfExists ifExists) {
    return new DownloadJob(
        new JobId("a:b"),
        SourceUrl.parse("http://origin/file"),
        List.of(),
        new Target(target),
        "test",
        size,
        checksum,
        Map.of(),
        null,
        ifExists,
        5,
        null,
        null,
        null,
        OptionalInt.empty(),
        Map.of());
  }

  static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** A direct, pooled buffer as Netty hands them out; checked at the end. */
  ByteBuf buffer(byte[] content, int from, int size) {
    ByteBuf buffer =
        PooledByteBufAllocator.DEFAULT.directBuffer(size).writeBytes(content, from, size);
    buffers.add(buffer);
    return buffer;
  }

  Part append(Part part, byte[] content, int chunk) {
    for (int from = 0; from < content.length; from += chunk) {
      part.append(buffer(content, from, Math.min(chunk, content.length - from)));
    }
    return part;
  }

  /** A part that holds all of the content. */
  Part part(DownloadJob job, byte[] content, int chunk) {
    return append(store.begin(job, List.of()), content, chunk);
  }

  Future<Published> publishing(DownloadJob job, Part part) {
    return store.publish(new Publication(part, job, "video/mp4", "\"tag\""));
  }

  Published publish(DownloadJob job, byte[] content) {
    return await(publishing(job, part(job, content, 16 << 10)));
  }

  Found find(String target, OptionalLong size, @Nullable Checksum checksum) {
    return await(store.find(new Target(target), size, checksum));
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(30, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the store did not answer", e);
    }
  }

  byte[] read(String target) throws IOException {
    return Files.readAllBytes(root.resolve(target));
  }

  /** Part files that lie below the root, of whichever worker. */
  List<Path> partFiles() throws IOException {
    try (Stream<Path> paths = Files.walk(root.resolve(".haul/parts"))) {
      return paths
          .filter(path -> Files.isRegularFile(path) && !path.toString().endsWith(".lock"))
          .toList();
    }
  }

  /** Buffers that nobody has released. */
  List<ByteBuf> leaks() {
    List<ByteBuf> leaks = new ArrayList<>();
    for (ByteBuf buffer : buffers) {
      if (buffer.refCnt() != 0) {
        leaks.add(buffer);
      }
    }
    return leaks;
  }

  @Override
  public void close() {
    await(store.close());
  }
}
