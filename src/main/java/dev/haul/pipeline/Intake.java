package dev.haul.pipeline;

import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.Partition;
import dev.haul.policy.Commit;
import dev.haul.policy.SettlementBook;
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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records into the worker's window and lets them go when their end is in Kafka. When the
 * window is full, or a ledger could outgrow the commit metadata, partitions are paused; polling
 * goes on. Belongs to the context of its verticle.
 */
final class Intake implements JobSource.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  /** Leaves the source time to have the rest published within its own bound of 3 s. */
  private static final Duration GRACE_OF_A_REBALANCE = Duration.ofMillis(1500);

  private final Vertx vertx;
  private final JobSource source;
  private final Window window;
  private final IntakeGauges gauges;
  private final SettlementBook<SourceRecord, Settlement> book = new SettlementBook<>();
  private final Settling settling;
  private final Claiming claiming;

  /** Of partitions that are handed over: completes when no record of them is held any more. */
  private final Map<Partition, Promise<Void>> leaving = new HashMap<>();

  /** What is being handed over; a partition that is lost meanwhile, and perhaps back, is not. */
  private final Set<Set<Partition>> handingOver =
      Collections.newSetFromMap(new IdentityHashMap<>());

  private Set<Partition> paused = Set.of();
  private boolean stopping;

  /** Jobs given back unfinished since the stop began, and those of them whose transfer was cut. */
  private int handedBack;

  private int cut;

  Intake(
      Vertx vertx,
      JobSource source,
      IntakeSettings settings,
      Map<String, Integer> lanes,
      CommitSettings commit,
      IntakeGauges gauges) {
    this.vertx = vertx;
    this.source = source;
    this.window = new Window(settings, lanes, source::isOfRetries);
    this.gauges = gauges;
    this.claiming = new Claiming(vertx);
    this.settling = new Settling(vertx, source, commit, book, gauges, this::published);
  }

  @Override
  public void joined(Membership membership) {
    settling.joined(membership);
  }

  @Override
  public void assigned(Map<Partition, Commit> committed, long generation) {
    committed.forEach(book::open);
    claiming.assigned(committed.keySet(), generation);
    if (!committed.isEmpty()) {
      LOG.info("Assigned {}", committed.keySet());
    }
    gauges.joined(!stopping);
    regulate();
  }

  @Override
  public void received(List<JobRecord> records) {
    if (stopping) {
      // Of a poll that was under way: nobody would give these jobs back, so they are not taken.
      return;
    }
    var taken = new ArrayList<JobRecord>(records.size());
    for (JobRecord job : records) {
      if (book.take(job.source(), job.position())) {
        window.take(job.source());
        settling.taken(job);
        if (!claiming.holds(job)) {
          taken.add(job);
        }
      }
    }
    if (!taken.isEmpty()) {
      Bus.JOBS.send(vertx, List.copyOf(taken));
    }
    regulate();
  }

  /** Takes what finishes a record. */
  void settle(Settlement settlement) {
    settling.settle(settlement);
  }

  /** Takes states of jobs that go on. */
  void tell(List<StateChanged> states) {
    settling.tell(states);
  }

  private void published(List<SourceRecord> records) {
    records.forEach(this::release);
    regulate();
    tellWhenQuiet();
  }

  @Override
  public Future<Map<Partition, Commit>> revoked(Set<Partition> partitions) {
    LOG.info("Giving up {}", partitions);
    long begin = System.nanoTime();
    return handOver(partitions, GRACE_OF_A_REBALANCE)
        .onComplete(_ -> gauges.handedOver(System.nanoTime() - begin))
        .map(handedOver -> {
          Map<Partition, Commit> last = settling.uncommitted(handedOver);
          forget(handedOver);
          return last;
        });
  }

  @Override
  public void lost(Set<Partition> partitions) {
    LOG.warn("Lost {}: dropping their jobs", partitions);
    gauges.joined(false);
    handingOver.forEach(it -> it.removeAll(partitions));
    forget(partitions);
    var _ = Bus.HAND_OVER.ask(vertx, new HandOver(partitions, Duration.ZERO));
  }

  /** Takes nothing more, lets running jobs end within the grace and publishes what has ended. */
  Future<Void> stop(Duration grace) {
    stopping = true;
    handedBack = 0;
    cut = 0;
    gauges.joined(false);
    regulate();
    Set<Partition> partitions = book.partitions();
    int held = window.jobs();
    long begin = System.nanoTime();
    return handOver(partitions, grace)
        .onSuccess(_ -> {
          long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
          LOG.info(
              "Stopping after {} ms of {} ms: {} jobs finished, {} handed over, {} of these were"
                  + " being transferred",
              millis,
              grace.toMillis(),
              held - handedBack,
              handedBack,
              cut);
        })
        .compose(handedOver -> source.commit(settling.uncommitted(handedOver)))
        .eventually(source::close);
  }

  /**
   * Completes when no job of the partitions runs and every end is in Kafka.
   *
   * @return the partitions that have not been lost meanwhile
   */
  private Future<Set<Partition>> handOver(Set<Partition> partitions, Duration grace) {
    Set<Partition> ours = new HashSet<>(partitions);
    handingOver.add(ours);
    settling.hurry();
    partitions.forEach(
        partition -> claiming.drop(partition).forEach(job -> giveBack(job.source())));
    return Bus.HAND_OVER
        .ask(vertx, new HandOver(partitions, grace))
        .compose(givenBack -> {
          LOG.info("{} unfinished jobs of {} go back", givenBack.records().size(), partitions);
          cut += givenBack.cut();
          givenBack.records().forEach(this::giveBack);
          List<Future<Void>> quiet = new ArrayList<>();
          for (Partition partition : ours) {
            quiet.add(leaving.computeIfAbsent(partition, _ -> Promise.promise()).future());
          }
          tellWhenQuiet();
          return Future.all(quiet);
        })
        .map(_ -> ours)
        .onComplete(_ -> {
          handingOver.remove(ours);
          settling.calm();
        });
  }

  private void giveBack(SourceRecord record) {
    if (book.giveBack(record, record.position())) {
      handedBack++;
      release(record);
    }
  }

  private void tellWhenQuiet() {
    for (Partition partition : List.copyOf(leaving.keySet())) {
      if (book.isQuiet(partition)) {
        Promise<Void> quiet = leaving.remove(partition);
        if (quiet != null) {
          quiet.complete();
        }
      }
    }
  }

  /** Pauses the partitions that may not deliver now and resumes those that may again. */
  private void regulate() {
    var ledgers = book.ledgers();
    var wanted = new HashSet<Partition>();
    ledgers.forEach((partition, ledger) -> {
      if (window.isFull(partition) || stopping || ledger.isNearlyFull()) {
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
    gauges.update(window.jobs(), ledgers.values(), paused.size());
  }

  /** Takes a record out of the window. */
  private void release(SourceRecord record) {
    window.release(record);
    settling.released(record);
  }

  private void forget(Set<Partition> partitions) {
    for (Partition partition : partitions) {
      book.drop(partition).forEach(this::release);
      claiming.drop(partition);
    }
    Bus.LEAVE.send(vertx, Set.copyOf(partitions));
    tellWhenQuiet();
    paused = new HashSet<>(paused);
    paused.removeAll(partitions);
    regulate();
  }
}
