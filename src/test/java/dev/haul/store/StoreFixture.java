package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.IfExists;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import dev.haul.job.ToldDigest;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.PartOrder;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import dev.haul.policy.Representation;
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
  static final Partition PARTITION = new Partition("jobs", 0);

  final Path root;
  final FileStore store;
  private final ConcurrentLinkedQueue<ByteBuf> buffers = new ConcurrentLinkedQueue<>();

  StoreFixture(Path root) {
    this(StoreSettings.of(root));
  }

  StoreFixture(StoreSettings settings) {
    this(settings, 1);
  }

  /**
   * A worker to which the partition goes.
   *
   * @param generation of the group
   */
  StoreFixture(Path root, long generation) {
    this(StoreSettings.of(root), generation);
  }

  private StoreFixture(StoreSettings settings, long generation) {
    root = settings.root();
    store = FileStore.open("test", "group", settings);
    await(store.parts().claim(PARTITION, generation));
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

  /** A part that is not to be continued. */
  static PartOrder order(DownloadJob job, List<ToldDigest> told) {
    return order(job, told, null);
  }

  static PartOrder order(
      DownloadJob job, List<ToldDigest> told, @Nullable Representation representation) {
    Checksum wanted = job.checksum();
    return new PartOrder(
        key(job),
        job,
        "video/mp4",
        wanted == null ? Algorithm.SHA256 : wanted.algorithm(),
        told,
        job.size(),
        representation);
  }

  static PartKey key(DownloadJob job) {
    return new PartKey(PARTITION, job.id(), job.url());
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
      part.write(from, buffer(content, from, Math.min(chunk, content.length - from)));
    }
    return part;
  }

  /** A part that holds all of the content. */
  Part part(DownloadJob job, byte[] content, int chunk) {
    return append(store.parts().begin(order(job, List.of())), content, chunk);
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
      return paths.filter(Files::isRegularFile).toList();
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
