package dev.haul.kafka;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.JobRecord;
import dev.haul.pipeline.JobSource;
import dev.haul.pipeline.Membership;
import dev.haul.policy.Commit;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A member of a group: a job source on a virtual thread's context, with a listener that takes note
 * of everything and counts a record as finished as soon as it has come.
 */
final class Member extends VerticleBase implements JobSource.Listener {
  final List<JobRecord> received = new CopyOnWriteArrayList<>();
  final Map<Partition, Commit> assigned = new ConcurrentHashMap<>();
  final List<Membership> memberships = new CopyOnWriteArrayList<>();
  final List<Partition> revoked = new CopyOnWriteArrayList<>();
  final List<Partition> lost = new CopyOnWriteArrayList<>();
  private final Map<Partition, Commit> finished = new HashMap<>();
  private final KafkaSettings kafka;
  private final TopicSettings topics;
  private final CompletableFuture<KafkaJobSource> source = new CompletableFuture<>();

  private Member(KafkaSettings kafka, TopicSettings topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  static Member join(Vertx vertx, KafkaSettings kafka, TopicSettings topics) {
    var member = new Member(kafka, topics);
    var onVirtualThread = new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
    waitFor(vertx.deployVerticle(member, onVirtualThread));
    return member;
  }

  @Override
  public Future<?> start() {
    var jobs = new KafkaJobSource(vertx, kafka, topics);
    source.complete(jobs);
    return jobs.start(this);
  }

  /** Calls the source on its context and waits for the answer. */
  <T> T call(Function<KafkaJobSource, Future<T>> call) {
    var answer = new CompletableFuture<T>();
    Context onSource = context;
    onSource.runOnContext(go ->
        call.apply(source.join()).onComplete(answer::complete, answer::completeExceptionally));
    return answer.orTimeout(30, TimeUnit.SECONDS).join();
  }

  void leave() {
    call(KafkaJobSource::close);
  }

  /** Leaves like one that has finished nothing since its last commit. */
  void leaveWithoutCommit() {
    call(source -> {
      finished.clear();
      return source.close();
    });
  }

  List<Position> positions() {
    return received.stream().map(JobRecord::position).toList();
  }

  @Override
  public void joined(Membership membership) {
    memberships.add(membership);
  }

  @Override
  public void assigned(Map<Partition, Commit> committed, long generation) {
    assigned.putAll(committed);
  }

  @Override
  public void received(List<JobRecord> records) {
    received.addAll(records);
    for (JobRecord record : records) {
      Position position = record.position();
      finished.put(position.partition(), new Commit(position.offset() + 1, ""));
    }
  }

  @Override
  public Future<Map<Partition, Commit>> revoked(Set<Partition> partitions) {
    revoked.addAll(partitions);
    assigned.keySet().removeAll(partitions);
    var answer = new HashMap<>(finished);
    answer.keySet().retainAll(partitions);
    finished.keySet().removeAll(partitions);
    return Future.succeededFuture(answer);
  }

  @Override
  public void lost(Set<Partition> partitions) {
    lost.addAll(partitions);
    assigned.keySet().removeAll(partitions);
    finished.keySet().removeAll(partitions);
  }

  private static <T> T waitFor(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
