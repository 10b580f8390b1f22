package dev.haul.pipeline;

import dev.haul.job.DownloadJob;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Map;
import java.util.Objects;

/** Leads questions and publications to the store that the job names. */
final class StorageVerticle extends VerticleBase {
  private final Map<String, Store> stores;

  StorageVerticle(Map<String, Store> stores) {
    this.stores = stores;
  }

  @Override
  public Future<?> start() {
    return Future.all(
        Bus.FIND.answer(vertx, this::find).completion(),
        Bus.PUBLISH.answer(vertx, this::publish).completion());
  }

  private Future<Store.Found> find(FindOrder order) {
    DownloadJob job = order.job();
    return store(job).find(job.target(), order.size(), order.checksum());
  }

  private Future<Store.Published> publish(Store.Publication publication) {
    return store(publication.job()).publish(publication);
  }

  /** Dispatch lets no job through whose store is unknown. */
  private Store store(DownloadJob job) {
    return Objects.requireNonNull(stores.get(job.store()), job.store());
  }
}
