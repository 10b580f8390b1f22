package dev.haul.fetch;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.Target;
import dev.haul.job.ToldDigest;
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
  private final List<List<ToldDigest>> told = new CopyOnWriteArrayList<>();
  private int capacity;
  private boolean broken;

  void holdBytes(int most) {
    capacity = most;
  }

  void breakParts() {
    broken = true;
  }

  /** What the servers told of each part. */
  List<List<ToldDigest>> told() {
    return told;
  }

  List<FakePart> parts() {
    return parts;
  }

  @Override
  public Part begin(DownloadJob job, List<ToldDigest> told) {
    var part = new FakePart(capacity, broken);
    parts.add(part);
    this.told.add(told);
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
