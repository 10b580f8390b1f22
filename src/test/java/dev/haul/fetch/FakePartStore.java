package dev.haul.fetch;

import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.Partition;
import dev.haul.job.SourceUrl;
import dev.haul.job.ToldDigest;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.PartOrder;
import dev.haul.pipeline.PartStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Makes {@link FakePart}s and keeps them. */
final class FakePartStore implements PartStore {
  private final List<FakePart> parts = new CopyOnWriteArrayList<>();
  private final List<List<ToldDigest>> told = new CopyOnWriteArrayList<>();
  private final List<FakePart> kept = new CopyOnWriteArrayList<>();
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

  /** Parts that wait for a later attempt. */
  List<FakePart> kept() {
    return kept;
  }

  List<FakePart> parts() {
    return parts;
  }

  @Override
  public Part begin(PartOrder order) {
    var part = new FakePart(order, capacity, broken, kept::add);
    parts.add(part);
    told.add(order.told());
    return part;
  }

  @Override
  public @Nullable Future<@Nullable Part> resume(
      PartKey key, SourceUrl source, Algorithm algorithm) {
    String name = PartKey.digest(source.text());
    FakePart found =
        kept.stream()
            .filter(part -> part.order().key().equals(key) && part.isFrom(name))
            .findFirst()
            .orElse(null);
    return found == null || !kept.remove(found) ? null : Future.succeededFuture(found.takeUp());
  }

  @Override
  public Future<Void> release(PartKey key) {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> adopt(PartKey key) {
    return Future.succeededFuture();
  }

  @Override
  public void forget(PartKey key) {
    kept.removeIf(part -> part.order().key().equals(key));
  }

  @Override
  public Future<Void> claim(Partition partition, long generation) {
    return Future.succeededFuture();
  }

  @Override
  public void leave(Partition partition) {}
}
