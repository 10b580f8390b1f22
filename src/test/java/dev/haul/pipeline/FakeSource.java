package dev.haul.pipeline;

import dev.haul.job.Partition;
import dev.haul.policy.Commit;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A job topic in memory that keeps the port's rules: order, pausing, one call at a time. */
final class FakeSource implements JobSource {
  private static final int POLL = 500;

  final Map<Partition, Commit> committed = new ConcurrentHashMap<>();
  final Promise<Listener> started = Promise.promise();
  volatile boolean refuseCommits;
  volatile boolean closed;
  final AtomicInteger delivered = new AtomicInteger();

  private final Context context;
  private long generation;
  private final Set<Partition> paused = new HashSet<>();
  private final Map<Partition, ArrayDeque<JobRecord>> records = new ConcurrentHashMap<>();
  private @Nullable Listener listener;

  FakeSource(Vertx vertx) {
    this.context = vertx.getOrCreateContext();
  }

  @Override
  public Future<Void> start(Listener listener) {
    this.listener = listener;
    started.complete(listener);
    return Future.succeededFuture();
  }

  /** Gives the worker partitions with what was committed for them. */
  void assign(Map<Partition, Commit> commits) {
    context.runOnContext(_ -> {
      listener().joined(new Membership() {});
      listener().assigned(commits, generation++);
    });
  }

  /** Puts records behind those that are there. */
  void publish(List<JobRecord> more) {
    context.runOnContext(_ -> {
      for (JobRecord record : more) {
        records.computeIfAbsent(record.position().partition(), _ -> new ArrayDeque<>()).add(record);
      }
      poll();
    });
  }

  /** Brings the records of a poll that was under way when its partitions were paused. */
  void deliver(List<JobRecord> late) {
    context.runOnContext(_ -> {
      delivered.addAndGet(late.size());
      listener().received(late);
    });
  }

  Future<Map<Partition, Commit>> revoke(Set<Partition> partitions) {
    Promise<Map<Partition, Commit>> answer = Promise.promise();
    context.runOnContext(_ -> {
      records.keySet().removeAll(partitions);
      listener().revoked(partitions).onComplete(answer);
    });
    return answer.future();
  }

  /** Brings records and asks for their partitions back at once. */
  Future<Map<Partition, Commit>> hand(List<JobRecord> last, Set<Partition> partitions) {
    Promise<Map<Partition, Commit>> answer = Promise.promise();
    context.runOnContext(_ -> {
      listener().received(last);
      listener().revoked(partitions).onComplete(answer);
    });
    return answer.future();
  }

  void lose(Set<Partition> partitions) {
    context.runOnContext(_ -> {
      records.keySet().removeAll(partitions);
      listener().lost(partitions);
    });
  }

  private void poll() {
    records.forEach((partition, waiting) -> {
      while (!waiting.isEmpty() && !paused.contains(partition) && !closed) {
        var batch = new ArrayList<JobRecord>();
        while (batch.size() < POLL && !waiting.isEmpty()) {
          batch.add(waiting.remove());
        }
        delivered.addAndGet(batch.size());
        listener().received(batch);
      }
    });
  }

  @Override
  public Future<Void> commit(Map<Partition, Commit> commits) {
    if (refuseCommits) {
      return Future.failedFuture("rebalancing");
    }
    committed.putAll(commits);
    return Future.succeededFuture();
  }

  @Override
  public boolean isOfRetries(Partition partition) {
    return partition.topic().startsWith("retry");
  }

  @Override
  public long backlog() {
    return records.values().stream().mapToInt(ArrayDeque::size).sum();
  }

  @Override
  public Duration silence() {
    return Duration.ZERO;
  }

  @Override
  public void pause(Set<Partition> partitions) {
    paused.addAll(partitions);
  }

  @Override
  public void resume(Set<Partition> partitions) {
    paused.removeAll(partitions);
    context.runOnContext(_ -> poll());
  }

  @Override
  public Future<Void> close() {
    closed = true;
    return Future.succeededFuture();
  }

  private Listener listener() {
    if (listener == null) {
      throw new IllegalStateException("not started");
    }
    return listener;
  }
}
