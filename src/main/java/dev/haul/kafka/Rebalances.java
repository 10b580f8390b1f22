package dev.haul.kafka;

import dev.haul.job.Partition;
import dev.haul.pipeline.JobSource;
import dev.haul.policy.Commit;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the job source's listener of rebalances, from the polling thread: it is asked, on its
 * context, before a partition goes, and its answer is committed at once.
 */
final class Rebalances implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(Rebalances.class);

  /**
   * How long the group waits for an answer: enough for jobs to stop and their parts to reach the
   * disk, and far below the session timeout of the members that wait.
   */
  private static final Duration ANSWER = Duration.ofSeconds(3);

  private static final Duration COMMIT = Duration.ofSeconds(3);
  private static final Duration BEFORE_RETRY = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> consumer;
  private final Context context;
  private final JobSource.Listener listener;

  /** What the listener was last told; belongs to the polling thread. */
  private @Nullable ConsumerGroupMetadata told;

  /** What the listener believes to be ours; belongs to the context. */
  private final Set<TopicPartition> owned;

  Rebalances(
      Consumer<byte[], byte[]> consumer,
      Context context,
      JobSource.Listener listener,
      Set<TopicPartition> owned) {
    this.consumer = consumer;
    this.context = context;
    this.listener = listener;
    this.owned = owned;
  }

  /**
   * Tells the listener of a new generation. Called on the polling thread after each poll and before
   * each rebalance: so the listener has heard what went before it hears what is shown with it.
   */
  void tellMembership() {
    ConsumerGroupMetadata now = consumer.groupMetadata();
    if (!now.equals(told)) {
      told = now;
      context.runOnContext(_ -> listener.joined(new GroupMembership(now)));
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    // Told of no partitions too: that is how a member without any learns that it has joined.
    Map<Partition, Commit> commits =
        partitions.isEmpty() ? Map.of() : committed(new HashSet<>(partitions));
    tellMembership();
    long generation = consumer.groupMetadata().generationId();
    context.runOnContext(_ -> {
      owned.addAll(partitions);
      listener.assigned(commits, generation);
    });
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    tellMembership();
    var answer = new CompletableFuture<Map<Partition, Commit>>();
    context.runOnContext(_ -> {
      owned.removeAll(partitions);
      try {
        listener
            .revoked(Positions.partitions(partitions))
            .onComplete(answer::complete, answer::completeExceptionally);
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    try {
      Map<Partition, Commit> commits = answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      commit(Positions.offsets(commits));
    } catch (TimeoutException e) {
      LOG.warn("{} go with jobs that did not stop within {}", partitions, ANSWER);
      onPartitionsLost(partitions);
    } catch (ExecutionException e) {
      LOG.warn("{} go as they are", partitions, e.getCause());
      onPartitionsLost(partitions);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (KafkaException e) {
      LOG.warn("nothing committed for {}: {}", partitions, e.toString());
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    if (!partitions.isEmpty()) {
      context.runOnContext(_ -> {
        owned.removeAll(partitions);
        listener.lost(Positions.partitions(partitions));
      });
    }
  }

  private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    if (offsets.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(offsets, COMMIT);
    } catch (WakeupException e) {
      // The source is being closed; the wake-up is spent and the commit still due.
      consumer.commitSync(offsets, COMMIT);
    }
  }

  /**
   * Where reading begins. Without an answer it must not begin at all, so this asks until one comes.
   */
  private Map<Partition, Commit> committed(Set<TopicPartition> partitions) {
    while (true) {
      try {
        var commits = new HashMap<Partition, Commit>();
        Set<TopicPartition> fresh = new HashSet<>();
        consumer
            .committed(partitions)
            .forEach((partition, offset) -> {
              if (offset == null) {
                fresh.add(partition);
              } else {
                commits.put(
                    Positions.partition(partition), new Commit(offset.offset(), offset.metadata()));
              }
            });
        if (!fresh.isEmpty()) {
          consumer
              .beginningOffsets(fresh)
              .forEach((partition, offset) ->
                  commits.put(Positions.partition(partition), new Commit(offset, "")));
        }
        return commits;
      } catch (WakeupException | InterruptException e) {
        throw e;
      } catch (KafkaException e) {
        LOG.warn("committed offsets of {} are unknown, trying on: {}", partitions, e.toString());
        LockSupport.parkNanos(BEFORE_RETRY.toNanos());
      }
    }
  }
}
