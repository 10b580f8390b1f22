package dev.haul.pipeline;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobId;
import dev.haul.job.Outcome;
import dev.haul.job.Position;
import dev.haul.pipeline.Slots.Admission;
import dev.haul.pipeline.Slots.Slot;
import dev.haul.pipeline.Slots.Waiter;
import dev.haul.policy.CompletedJobs;
import dev.haul.policy.CompletedJobs.Completed;
import dev.haul.policy.Decision;
import dev.haul.policy.DispatchSettings;
import dev.haul.policy.PoisonSettings;
import dev.haul.policy.RetryLadder;
import dev.haul.policy.RetryLadder.Hop;
import dev.haul.policy.RetryPolicy;
import dev.haul.policy.StandingCommands;
import io.vertx.core.Future;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs that intake has taken, each on a virtual thread of its own, as slots allow. A new
 * job that needs nothing but a slot gets its thread with that, since a thread takes as much memory
 * as all else of a job. Belongs to the context of its verticle; every method is called there.
 */
final class Dispatch implements ControlSource.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  /** What every retry topic takes, whatever larger records the job topics let in. */
  private static final int MOST_MOVED = (1 << 20) + (64 << 10);

  private final Vertx vertx;
  private final String worker;
  private final Set<String> stores;

  private final Orders orders;
  private final Slots slots;
  private final StoreGates gates;
  private final Duration patience;

  private final FurtherSlots further;
  private final StandingCommands commands;
  private final RetryPolicy retryPolicy;
  private final RetryLadder ladder;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final DispatchGauges gauges;
  private final CompletedJobs completed;
  private final Suspicion suspicion;
  private final Tracing tracing;

  private final Map<Position, JobRun> runs = new HashMap<>();

  /** Of each id the run whose record came last. */
  private final Map<JobId, JobRun> latest = new HashMap<>();

  Dispatch(
      Vertx vertx,
      String worker,
      Set<String> stores,
      DispatchSettings settings,
      Map<String, Integer> lanes,
      StandingCommands commands,
      RetryPolicy retryPolicy,
      RetryLadder ladder,
      CompletedJobs completed,
      Evidence evidence,
      PoisonSettings poison,
      Tracing tracing,
      InstantSource clock,
      RandomGenerator random,
      DispatchGauges gauges) {
    this.vertx = vertx;
    this.worker = worker;
    this.stores = stores;
    this.commands = commands;
    this.retryPolicy = retryPolicy;
    this.ladder = ladder;
    this.completed = completed;
    this.suspicion = new Suspicion(vertx.getOrCreateContext(), evidence, poison);
    this.tracing = tracing;
    this.clock = clock;
    this.random = random;
    this.gauges = gauges;
    this.orders = new Orders(vertx);
    this.gates = new StoreGates(vertx);
    this.patience = settings.patience();
    this.slots =
        new Slots(vertx, settings, lanes, this::elsewhere, clock, this::show, this::showHosts);
    this.further = new FurtherSlots(slots);
  }

  void accept(List<JobRecord> records) {
    Instant now = clock.instant();
    for (JobRecord record : records) {
      switch (record) {
        case JobRecord.Invalid invalid -> orders.settle(refused(invalid, now));
        case JobRecord.Valid valid -> {
          var run = new JobRun(this, valid, earlier(valid.job(), now), now);
          latest.put(valid.id(), run);
          runs.put(valid.position(), run);
          obey(run);
          begin(run);
        }
      }
    }
    show();
  }

  /** Jobs of a partition begin in their order, once it is known what died with its jobs. */
  private void begin(JobRun run) {
    suspicion
        .known(run.record().position().partition())
        .onComplete(_ -> run.begin().onComplete(_ -> vertx.runOnContext(_ -> run(run))));
  }

  /** Only the latest record of an id matters: its jobs run in the order in which they came. */
  private Earlier earlier(DownloadJob job, Instant now) {
    JobRun last = latest.get(job.id());
    if (last != null) {
      boolean same = last.record().job().equals(job) && last.control().ending() == null;
      return same ? new Earlier.Same(last) : new Earlier.Other(last);
    }
    Completed done = completed.find(job, now);
    return done == null ? new Earlier.Nothing() : new Earlier.Done(done);
  }

  /** Applies the commands that stand to a job. */
  private void obey(JobRun run) {
    DownloadJob job = run.record().job();
    ControlScope cancel = commands.cancelOf(job, run.record().source().timestamp());
    if (cancel != null) {
      run.control().cancel(cancel);
    }
    run.control().pause(commands.pauseOf(job));
  }

  /** They count for the jobs that are here as for those to come: a cancel not for younger ones. */
  @Override
  public void kept(List<ControlCommand> kept) {
    kept.forEach(this::take);
    runs.values().forEach(this::obey);
  }

  /** Applies commands to the jobs that are here, and keeps them for those to come. */
  @Override
  public void given(List<ControlCommand> given) {
    for (ControlCommand command : given) {
      take(command);
      for (JobRun run : runs.values()) {
        DownloadJob job = run.record().job();
        if (commands.concerns(command, job)) {
          if (command.action() == Action.CANCEL) {
            run.control().cancel(command.scope());
          }
          run.control().pause(commands.pauseOf(job));
        }
      }
    }
  }

  private void take(ControlCommand command) {
    if (!(command.scope() instanceof ControlScope.Job)) {
      LOG.info("Told to {} {}", command.action().wireName(), command.scope());
    }
    commands.take(command);
  }

  private void run(JobRun run) {
    try {
      run.run();
    } finally {
      runs.remove(run.record().position(), run);
      if (latest.remove(run.record().id(), run)) {
        remember(run);
      }
      show();
    }
  }

  private void remember(JobRun run) {
    if (run.over().result() instanceof Settlement.Ended(Ended end, SourceRecord source)
        && end.outcome() == Outcome.COMPLETED) {
      completed.add(new Completed(run.record().job(), source.origin(), end));
    }
  }

  private Settlement refused(JobRecord.Invalid invalid, Instant now) {
    Failure failure = invalid.failure();
    JobTrace trace = tracing.begin(invalid);
    var end =
        new Ended(
            invalid.id(),
            Outcome.FAILED,
            null,
            null,
            null,
            failure,
            0,
            0,
            now,
            null,
            now,
            Map.of(),
            trace.ended(Outcome.FAILED, failure, 0, invalid.traceparent()));
    return new Settlement.Ended(end, invalid.source());
  }

  /** Stops the jobs of some partitions; runs on a virtual thread of its own. */
  HandedOver handOver(HandOver order) {
    suspicion.gone(order.partitions());
    List<JobRun> leaving =
        runs.values().stream()
            .filter(run -> order.partitions().contains(run.record().position().partition()))
            .toList();
    Future<Void> over = Future.all(leaving.stream().map(JobRun::over).toList()).mapEmpty();
    leaving.stream().filter(run -> !run.isTransferring()).forEach(run -> run.control().handOver());
    if (!over.isComplete() && order.grace().isPositive()) {
      sleep(order.grace(), over);
    }
    List<JobRun> transferring = leaving.stream().filter(JobRun::isTransferring).toList();
    leaving.forEach(run -> run.control().handOver());
    over.await();
    return new HandedOver(
        leaving.stream()
            .filter(run -> run.over().result() == null)
            .map(run -> run.record().source())
            .toList(),
        (int) transferring.stream().filter(run -> run.over().result() == null).count());
  }

  /** Whose attempts these are. */
  String worker() {
    return worker;
  }

  Tracing tracing() {
    return tracing;
  }

  Suspicion suspicion() {
    return suspicion;
  }

  Orders orders() {
    return orders;
  }

  boolean knowsStore(String name) {
    return stores.contains(name);
  }

  Instant now() {
    return clock.instant();
  }

  StoreGates gates() {
    return gates;
  }

  /** How long jobs wait for a host that is down or a store that is full. */
  Duration patience() {
    return patience;
  }

  DispatchGauges gauges() {
    return gauges;
  }

  /** Waits for a thing that happens, and shows why. */
  void pass(Wait why, Future<?> thing) {
    gauges.begins(why);
    thing.await();
    gauges.ends(why);
  }

  /** Waits until the time is over or the other thing happens, and shows why. */
  void sleep(Wait why, Duration time, Future<?> other) {
    gauges.begins(why);
    sleep(time, other);
    gauges.ends(why);
  }

  private void sleep(Duration time, Future<?> other) {
    // A timer counts whole milliseconds from a moment that lies a little back.
    Timer timer = vertx.timer(Math.max(time.toMillis(), 0) + 1, TimeUnit.MILLISECONDS);
    Future.any(timer, other).await();
    timer.cancel();
  }

  /** Takes a place among those who wait for a slot; they must {@link #await} it. */
  Waiter enqueue(JobRecord.Valid record, Instant acceptedAt) {
    return slots.enqueue(record, acceptedAt);
  }

  /** Waits for a slot. */
  Admission await(Waiter place, JobControl control) {
    return slots.await(place, control.interrupted());
  }

  /**
   * Gives a slot back.
   *
   * @param result of the attempt, null when none was made
   * @return whether the host is down, and that is why the attempt failed
   */
  boolean release(Slot slot, @Nullable FetchResult result) {
    return slots.release(slot, result);
  }

  /** Gives a slot for a further connection, unless others wait for it or all are taken. */
  boolean takeSlot(JobRecord.Valid record) {
    boolean given = further.take(record);
    show();
    return given;
  }

  void giveSlot(JobRecord.Valid record) {
    further.giveBack(record);
    show();
  }

  private void showHosts() {
    gauges.hosts(slots.reports());
    long oldest = Long.MAX_VALUE;
    for (JobRun run : runs.values()) {
      oldest = Math.min(oldest, run.record().source().timestamp().getEpochSecond());
    }
    gauges.oldest(runs.isEmpty() ? 0 : oldest);
  }

  private void show() {
    gauges.update(runs.size(), slots.waiting(), slots.running(), further.count());
  }

  void close() {
    slots.close();
    gates.close();
  }

  Decision decide(Failure failure, int attempt, DownloadJob job) {
    @Nullable Duration untilDeadline =
        job.deadline() == null ? null : Duration.between(clock.instant(), job.deadline());
    return retryPolicy.decide(failure, attempt, job.maxAttempts(), untilDeadline, random);
  }

  /** Where a job spends a wait; null when it stays here. */
  @Nullable Hop hop(SourceRecord record, Duration wait) {
    return mayMove(record) ? ladder.hop(wait) : null;
  }

  /** Whether every retry topic takes the record of a job. */
  boolean mayMove(SourceRecord record) {
    return record.bytes() <= MOST_MOVED;
  }

  /** How long a job waits in a retry topic at least; null when it cannot. */
  private @Nullable Duration elsewhere(SourceRecord record) {
    Duration wait = ladder.shortest();
    return wait == null || hop(record, wait) == null ? null : wait;
  }
}
