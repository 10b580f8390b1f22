package dev.haul.pipeline;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.policy.Commit;
import dev.haul.policy.OffsetLedger;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records into the worker's window, keeps the ledger of each partition and commits it. When
 * the window is full, or a ledger could outgrow the commit metadata, partitions are paused; polling
 * goes on. Belongs to the context of its verticle.
 */
final class Intake implements JobSource.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  /** Leaves the source time to commit within its own bound of 3 s. */
  private static final Duration GRACE_OF_A_REBALANCE = Duration.ofMillis(1500);

  private static final long COMMIT_AGAIN_MILLIS = 250;

  /** A partition that this worker owns. */
  private static final class Owned {
    final OffsetLedger ledger;

    /** By identity: a record that came by an earlier assignment is another one. */
    final Set<SourceRecord> inFlight = Collections.newSetFromMap(new IdentityHashMap<>());

    Commit committed;

    /** Completes when nothing is in flight any more. */
    final Promise<Void> emptied = Promise.promise();

    boolean handedOver;

    Owned(Commit committed) {
      this.committed = committed;
      this.ledger = OffsetLedger.from(committed);
    }

    Future<Void> quiet() {
      handedOver = true;
      tellWhenQuiet();
      return emptied.future();
    }

    void tellWhenQuiet() {
      if (handedOver && inFlight.isEmpty()) {
        emptied.tryComplete();
      }
    }
  }

  private final Vertx vertx;
  private final JobSource source;
  private final IntakeSettings settings;
  private final IntakeGauges gauges;
  private final Map<Partition, Owned> owned = new HashMap<>();
  private Set<Partition> paused = Set.of();
  private int jobs;
  private long bytes;
  private boolean full;
  private boolean stopping;
  private boolean committing;

  Intake(Vertx vertx, JobSource source, IntakeSettings settings, IntakeGauges gauges) {
    this.vertx = vertx;
    this.source = source;
    this.settings = settings;
    this.gauges = gauges;
  }

  @Override
  public void assigned(Map<Partition, Commit> committed) {
    committed.forEach((partition, commit) -> owned.put(partition, new Owned(commit)));
    if (!committed.isEmpty()) {
      LOG.info("Assigned {}", committed.keySet());
    }
    gauges.joined(true);
    regulate();
  }

  @Override
  public void received(List<JobRecord> records) {
    var taken = new ArrayList<JobRecord>(records.size());
    for (JobRecord job : records) {
      Position position = job.position();
      Owned partition = owned.get(position.partition());
      if (partition != null && partition.ledger.take(position.offset())) {
        partition.inFlight.add(job.source());
        jobs++;
        bytes += job.source().bytes();
        taken.add(job);
      }
    }
    if (!taken.isEmpty()) {
      Bus.JOBS.send(vertx, List.copyOf(taken));
    }
    regulate();
  }

  /** Notes the jobs whose end is known to Kafka, and commits. */
  void settled(List<SourceRecord> records) {
    for (SourceRecord settled : records) {
      Owned partition = owned.get(settled.position().partition());
      if (partition != null && release(partition, settled)) {
        partition.ledger.settle(settled.position().offset());
      }
    }
    regulate();
    commit();
    // Last of all: who waits for this commits the ledgers, and closes the source, at once.
    List.copyOf(owned.values()).forEach(Owned::tellWhenQuiet);
  }

  @Override
  public Future<Map<Partition, Commit>> revoked(Set<Partition> partitions) {
    LOG.info("Giving up {}", partitions);
    return handOver(partitions, GRACE_OF_A_REBALANCE)
        .map(_ -> {
          Map<Partition, Commit> last = commits(partitions);
          forget(partitions);
          return last;
        });
  }

  @Override
  public void lost(Set<Partition> partitions) {
    LOG.warn("Lost {}: dropping their jobs", partitions);
    gauges.joined(false);
    forget(partitions);
    var _ = Bus.HAND_OVER.ask(vertx, new HandOver(partitions, Duration.ZERO));
  }

  /** Takes nothing more, lets running jobs end within the grace and commits what has ended. */
  Future<Void> stop(Duration grace) {
    stopping = true;
    gauges.joined(false);
    regulate();
    Set<Partition> partitions = Set.copyOf(owned.keySet());
    return handOver(partitions, grace)
        .compose(_ -> source.commit(commits(partitions)))
        .eventually(source::close);
  }

  /** Completes when no job of the partitions runs and every end is acknowledged. */
  private Future<Void> handOver(Set<Partition> partitions, Duration grace) {
    return Bus.HAND_OVER
        .ask(vertx, new HandOver(partitions, grace))
        .compose(givenBack -> {
          LOG.info("{} unfinished jobs of {} go back", givenBack.size(), partitions);
          for (SourceRecord record : givenBack) {
            Owned partition = owned.get(record.position().partition());
            if (partition != null) {
              release(partition, record);
            }
          }
          return Future.all(owned(partitions).map(Owned::quiet).toList()).mapEmpty();
        });
  }

  private Stream<Owned> owned(Set<Partition> partitions) {
    return partitions.stream().map(owned::get).filter(Objects::nonNull);
  }

  private Map<Partition, Commit> commits(Set<Partition> partitions) {
    var commits = new HashMap<Partition, Commit>();
    for (Partition partition : partitions) {
      Owned it = owned.get(partition);
      if (it != null) {
        Commit commit = it.ledger.commit();
        if (!commit.equals(it.committed)) {
          commits.put(partition, commit);
        }
      }
    }
    return commits;
  }

  /** Commits what has changed; one commit is on its way at a time. */
  private void commit() {
    if (committing) {
      return;
    }
    Map<Partition, Commit> commits = commits(owned.keySet());
    if (commits.isEmpty()) {
      return;
    }
    committing = true;
    gauges.committed(
        commits.values().stream().mapToInt(commit -> commit.metadata().length()).max().orElse(0));
    source
        .commit(commits)
        .onComplete(
            _ -> {
              committing = false;
              commits.forEach((partition, commit) -> {
                Owned it = owned.get(partition);
                if (it != null) {
                  it.committed = commit;
                }
              });
              commit();
            },
            failure -> {
              LOG.debug("Commit refused, trying again: {}", failure.toString());
              var _ =
                  vertx
                      .timer(COMMIT_AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                      .onSuccess(_ -> {
                        committing = false;
                        commit();
                      });
            });
  }

  /** Pauses the partitions that may not deliver now and resumes those that may again. */
  private void regulate() {
    boolean over = jobs >= settings.maxJobs() || bytes >= settings.maxBytes();
    boolean roomy = jobs <= settings.maxJobs() / 2 && bytes <= settings.maxBytes() / 2;
    full = over || (full && !roomy);
    var wanted = new HashSet<Partition>();
    owned.forEach((partition, it) -> {
      if (full || stopping || it.ledger.isNearlyFull()) {
        wanted.add(partition);
      }
    });
    if (!wanted.equals(paused)) {
      Set<Partition> toPause = new HashSet<>(wanted);
      toPause.removeAll(paused);
      Set<Partition> toResume = new HashSet<>(paused);
      toResume.removeAll(wanted);
      paused = wanted;
      if (!toPause.isEmpty()) {
        source.pause(toPause);
      }
      if (!toResume.isEmpty()) {
        source.resume(toResume);
      }
    }
    gauges.update(jobs, owned.values().stream().map(it -> it.ledger).toList(), paused.size());
  }

  /** Takes a record out of the window; false when it came by an earlier assignment. */
  private boolean release(Owned partition, SourceRecord record) {
    boolean held = partition.inFlight.remove(record);
    if (held) {
      jobs--;
      bytes -= record.bytes();
    }
    return held;
  }

  private void forget(Set<Partition> partitions) {
    for (Partition partition : partitions) {
      Owned it = owned.remove(partition);
      if (it != null) {
        jobs -= it.inFlight.size();
        it.inFlight.forEach(record -> bytes -= record.bytes());
      }
    }
    paused = new HashSet<>(paused);
    paused.removeAll(partitions);
    regulate();
  }
}
