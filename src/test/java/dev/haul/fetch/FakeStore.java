package dev.haul.fetch;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.Target;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.Store;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A store of {@link FakePart}s; nothing is published, since fetching ends before. */
final class FakeStore implements Store {
  private final List<FakePart> parts = new CopyOnWriteArrayList<>();
  private int capacity;
  private boolean broken;

  void holdBytes(int most) {
    capacity = most;
  }

  void breakParts() {
    broken = true;
  }

  List<FakePart> parts() {
    return parts;
  }

  @Override
  public Part begin(DownloadJob job) {
    var part = new FakePart(capacity, broken);
    parts.add(part);
    return part;
  }

  @Override
  public Future<Published> publish(Publication publication) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Found> find(Target target, OptionalLong size, @Nullable Checksum checksum) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Future<Void> close() {
    return Future.succeededFuture();
  }
}
