package dev.haul.pipeline;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import dev.haul.job.ToldDigest;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A store that keeps no bytes and counts the parts that are not ended. */
final class FakeStore implements Store {
  final Map<String, StoredFile> files = new ConcurrentHashMap<>();
  final Set<Part> open = ConcurrentHashMap.newKeySet();

  @Override
  public Part begin(DownloadJob job, List<ToldDigest> told) {
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
    StoredFile file = files.get(target.path());
    return Future.succeededFuture(
        file == null
            ? new Found.Nothing()
            : size.isPresent() && size.getAsLong() == file.bytes()
                ? new Found.Same(file)
                : new Found.Different());
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
    public void append(ByteBuf bytes) {
      count[0] += bytes.readableBytes();
      bytes.release();
    }

    @Override
    public long bytes() {
      return count[0];
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
