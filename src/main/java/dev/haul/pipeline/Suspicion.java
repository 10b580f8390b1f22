package dev.haul.pipeline;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.policy.PoisonSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Which jobs may be what kills workers. Belongs to the dispatch context. */
final class Suspicion {
  private final Context context;
  private final Evidence evidence;
  private final PoisonSettings poison;
  private final Turns turns = new Turns();

  /** What is known of the partitions that have brought a job since they are ours. */
  private final Map<Partition, Future<Map<Long, Integer>>> claims = new HashMap<>();

  /**
   * @param context of dispatch
   */
  Suspicion(Context context, Evidence evidence, PoisonSettings poison) {
    this.context = context;
    this.evidence = evidence;
    this.poison = poison;
  }

  /** Completes on the context when it is known what died with jobs of a partition. */
  Future<Map<Long, Integer>> known(Partition partition) {
    return claims.computeIfAbsent(partition, this::claim);
  }

  private Future<Map<Long, Integer>> claim(Partition partition) {
    Promise<Map<Long, Integer>> told = Promise.promise();
    evidence.claim(partition).onComplete(known -> context.runOnContext(_ -> told.handle(known)));
    return told.future();
  }

  /** How many workers have died while the job of a record ran. */
  int deaths(Position position) {
    return known(position.partition()).await().getOrDefault(position.offset(), 0);
  }

  /** Whether it is known by now that no worker has died while the job of a record ran. */
  boolean isCleared(Position position) {
    Future<Map<Long, Integer>> known = claims.get(position.partition());
    return known != null && known.succeeded() && !known.result().containsKey(position.offset());
  }

  /** Partitions have gone: what is known of them grows old. */
  void gone(Set<Partition> partitions) {
    claims.keySet().removeAll(partitions);
  }

  boolean isPoison(int deaths) {
    return poison.isReached(deaths);
  }

  Evidence evidence() {
    return evidence;
  }

  /** Of the jobs that ran when a worker died. */
  Turns turns() {
    return turns;
  }
}
