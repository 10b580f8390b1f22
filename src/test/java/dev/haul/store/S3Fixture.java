package dev.haul.store;

import static dev.haul.store.StoreFixture.PARTITION;
import static dev.haul.store.StoreFixture.await;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import dev.haul.job.ToldDigest;
import dev.haul.origin.s3.S3Double;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import dev.haul.policy.Representation;
import dev.haul.policy.Validator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A worker's store in a bucket, and what tests do with it. */
final class S3Fixture implements AutoCloseable {
  static final String BUCKET = "haul";
  static final int PART = 5 << 20;
  static final SourceUrl SOURCE = SourceUrl.parse("http://origin/file");

  final S3Store store;
  private final ConcurrentLinkedQueue<ByteBuf> buffers = new ConcurrentLinkedQueue<>();

  S3Fixture(String endpoint, long generation) {
    this(settings(endpoint), generation);
  }

  S3Fixture(S3Settings settings, long generation) {
    this(settings, generation, Duration.ofDays(7));
  }

  S3Fixture(S3Settings settings, long generation, Duration retention) {
    StoreSettings defaults = StoreSettings.of(Path.of("unused"), settings);
    store =
        S3Store.open(
            "test",
            "group",
            new StoreSettings(
                defaults.type(),
                defaults.root(),
                defaults.fsync(),
                2,
                true,
                defaults.reserve(),
                retention,
                settings),
            Map.of("S3_SECRET", "secret"));
    await(store.parts().claim(PARTITION, generation));
  }

  /** Parts of 5 MiB, four of them in memory. */
  static S3Settings settings(String endpoint) {
    return settings(endpoint, S3Encryption.BUCKET, true);
  }

  static S3Settings settings(String endpoint, S3Encryption encryption, boolean conditional) {
    return settings(endpoint, encryption, conditional, PART, 4 * PART);
  }

  static S3Settings settings(
      String endpoint, S3Encryption encryption, boolean conditional, long partSize, long memory) {
    return new S3Settings(
        BUCKET,
        "files",
        null,
        endpoint,
        "key",
        null,
        "S3_SECRET",
        encryption,
        encryption == S3Encryption.KMS ? "key-1" : null,
        "STANDARD_IA",
        List.of("meeting", "team"),
        partSize,
        memory,
        8,
        conditional,
        true);
  }

  /** The key of a target. */
  static String key(String target) {
    return "files/" + target;
  }

  static Representation representation(int size) {
    return new Representation(
        PartKey.digest(SOURCE.text()),
        new Validator("\"tag\""),
        OptionalLong.of(size),
        "video/mp4");
  }

  Part begin(DownloadJob job, OptionalLong size, @Nullable Representation of, ToldDigest... told) {
    Checksum wanted = job.checksum();
    return store
        .parts()
        .begin(
            new dev.haul.pipeline.PartOrder(
                StoreFixture.key(job),
                job,
                "video/mp4",
                wanted == null ? Algorithm.SHA256 : wanted.algorithm(),
                List.of(told),
                size,
                of));
  }

  /** A part that may be continued, as transfers of any size begin. */
  Part begin(DownloadJob job, int size, ToldDigest... told) {
    return begin(job, OptionalLong.of(size), representation(size), told);
  }

  void write(Part part, byte[] content, int from, int to) {
    for (int at = from; at < to; at += 50_000) {
      int size = Math.min(50_000, to - at);
      ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(size);
      buffer.writeBytes(content, at, size);
      buffers.add(buffer);
      part.write(at, buffer);
    }
  }

  Part part(DownloadJob job, byte[] content, ToldDigest... told) {
    Part part = begin(job, content.length, told);
    write(part, content, 0, content.length);
    return part;
  }

  Published publish(DownloadJob job, Part part) {
    return await(store.publish(new Publication(part, job, "video/mp4", "\"tag\"")));
  }

  Published publish(DownloadJob job, byte[] content) {
    return publish(job, part(job, content));
  }

  @Nullable Part resume(DownloadJob job) {
    var kept = store.parts().resume(StoreFixture.key(job), SOURCE, Algorithm.SHA256);
    return kept == null ? null : await(kept);
  }

  Found find(String target, OptionalLong size, @Nullable Checksum checksum) {
    return await(store.find(new Target(target), size, checksum));
  }

  boolean isLeaking() {
    return buffers.stream().anyMatch(buffer -> buffer.refCnt() != 0);
  }

  @Override
  public void close() {
    await(store.close());
  }

  static S3Double bucket(Path folder) throws java.io.IOException {
    return S3Double.start(0, BUCKET, folder, java.time.InstantSource.system());
  }
}
