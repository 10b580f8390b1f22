package dev.haul.pipeline;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import dev.haul.policy.ByteRange;
import dev.haul.policy.Representation;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A store that keeps no bytes and counts the parts that are not ended. */
final class FakeStore implements Store, PartStore {
  final Map<String, StoredFile> files = new ConcurrentHashMap<>();
  final Set<Part> open = ConcurrentHashMap.newKeySet();

  /** Each claim and each leaving, in order. */
  final List<String> claims = new CopyOnWriteArrayList<>();

  /** Jobs whose parts were looked for where another partition has left them. */
  final List<String> adopted = new CopyOnWriteArrayList<>();

  /** What each claim waits for. */
  volatile Future<Void> claimed = Future.succeededFuture();

  /** Whether looking for files breaks its promise and fails. */
  volatile boolean findFaults;

  @Override
  public PartStore parts() {
    return this;
  }

  @Override
  public Future<Void> claim(Partition partition, long generation) {
    claims.add("claim " + partition + " " + generation);
    return claimed;
  }

  @Override
  public void leave(Partition partition) {
    claims.add("leave " + partition);
  }

  @Override
  public @Nullable Future<@Nullable Part> resume(
      PartKey key, SourceUrl source, Algorithm algorithm) {
    return null;
  }

  @Override
  public Future<Void> release(PartKey key) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> adopt(PartKey key) {
    adopted.add(key.id().value());
    return Future.succeededFuture();
  }

  @Override
  public void forget(PartKey key) {}

  @Override
  public Part begin(PartOrder order) {
    var part = new FakePart(open);
    open.add(part);
    return part;
  }

  @Override
  public Future<Published> publish(Publication publication) {
    if (!open.remove(publication.part())) {
      throw new IllegalStateException("published twice or after discard");
    }
    var file =
        new StoredFile(
            "fake:" + publication.job().target(),
            publication.part().bytes(),
            publication.job().checksum(),
            publication.contentType(),
            publication.etag());
    files.put(publication.job().target().path(), file);
    return Future.succeededFuture(new Published.Stored(file));
  }

  @Override
  public Future<Found> find(Target target, OptionalLong size, @Nullable Checksum checksum) {
    if (findFaults) {
      return Future.failedFuture("a fault");
    }
    StoredFile file = files.get(target.path());
    return Future.succeededFuture(
        file == null
            ? new Found.Nothing()
            : size.isPresent() && size.getAsLong() == file.bytes()
                ? new Found.Same(file)
                : new Found.Different());
  }

  @Override
  public Future<Boolean> hasRoom(long bytes) {
    return Future.succeededFuture(true);
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }

  private record FakePart(Set<Part> open, long[] count) implements Part {
    FakePart(Set<Part> open) {
      this(open, new long[1]);
    }

    @Override
    public void write(long position, ByteBuf bytes) {
      count[0] += bytes.readableBytes();
      bytes.release();
    }

    @Override
    public long bytes() {
      return count[0];
    }

    @Override
    public List<ByteRange> ranges() {
      return count[0] == 0 ? List.of() : List.of(new ByteRange(0, count[0]));
    }

    @Override
    public @Nullable Representation representation() {
      return null;
    }

    @Override
    public Future<Void> keep() {
      discard();
      return Future.succeededFuture();
    }

    @Override
    public boolean isFull() {
      return false;
    }

    @Override
    public void onRoom(Runnable action) {}

    @Override
    public boolean isBroken() {
      return false;
    }

    @Override
    public void discard() {
      open.remove(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
