package dev.haul.pipeline;

import dev.haul.job.DownloadJob;
import dev.haul.job.Partition;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;

/** Leads questions and publications to the store that the job names, and claims to all. */
final class StorageVerticle extends VerticleBase {
  private final Map<String, Store> stores;

  StorageVerticle(Map<String, Store> stores) {
    this.stores = stores;
  }

  @Override
  public Future<?> start() {
    return Future.all(
        Bus.FIND.answer(vertx, this::find).completion(),
        Bus.PUBLISH.answer(vertx, this::publish).completion(),
        Bus.ROOM.answer(vertx, this::hasRoom).completion(),
        Bus.FORGET.listen(vertx, this::forget).completion(),
        Bus.RELEASE.answer(vertx, order -> on(order, PartStore::release)).completion(),
        Bus.ADOPT.answer(vertx, order -> on(order, PartStore::adopt)).completion(),
        Bus.CLAIM.answer(vertx, this::claim).completion(),
        Bus.LEAVE.listen(vertx, this::leave).completion());
  }

  private Future<Store.Found> find(FindOrder order) {
    DownloadJob job = order.job();
    return store(job).find(job.target(), order.size(), order.checksum());
  }

  private Future<Store.Published> publish(Store.Publication publication) {
    return store(publication.job()).publish(publication);
  }

  private Future<Boolean> hasRoom(RoomOrder order) {
    return Objects.requireNonNull(stores.get(order.store()), order.store()).hasRoom(order.bytes());
  }

  private void forget(KeptPart order) {
    Store store = stores.get(order.store());
    if (store != null) {
      store.parts().forget(order.part());
    }
  }

  private Future<Void> on(KeptPart order, BiFunction<PartStore, PartKey, Future<Void>> action) {
    Store store = stores.get(order.store());
    return store == null ? Future.succeededFuture() : action.apply(store.parts(), order.part());
  }

  private Future<Void> claim(ClaimOrder order) {
    List<Future<Void>> claims = new ArrayList<>();
    for (Store store : stores.values()) {
      order.partitions().forEach(it -> claims.add(store.parts().claim(it, order.generation())));
    }
    return Future.all(claims).mapEmpty();
  }

  private void leave(Set<Partition> partitions) {
    stores.values().forEach(store -> partitions.forEach(store.parts()::leave));
  }

  /** Dispatch lets no job through whose store is unknown. */
  private Store store(DownloadJob job) {
    return Objects.requireNonNull(stores.get(job.store()), job.store());
  }
}
