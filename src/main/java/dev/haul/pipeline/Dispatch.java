package dev.haul.pipeline;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.ControlScope;
import dev.haul.job.DownloadJob;
import dev.haul.job.Failure;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.Outcome;
import dev.haul.job.Position;
import dev.haul.pipeline.Store.Found;
import dev.haul.pipeline.Store.Publication;
import dev.haul.pipeline.Store.Published;
import dev.haul.policy.Decision;
import dev.haul.policy.HostSlots;
import dev.haul.policy.RetryPolicy;
import dev.haul.policy.StandingCommands;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
 * Runs the jobs that intake has taken, each on a virtual thread of its own, as slots allow. Belongs
 * to the context of its verticle; every method is called there.
 */
final class Dispatch {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  /** Parts of so many jobs may be on their way to the disk: 24 MiB at most. */
  private static final int MAX_PUBLISHING = 128;

  private final Vertx vertx;
  private final String worker;
  private final Set<String> stores;

  private final HostSlots<Promise<Void>> slots;
  private final StandingCommands commands;
  private final RetryPolicy retryPolicy;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final DispatchGauges gauges;
  private final Map<Position, JobRun> runs = new HashMap<>();

  /** Publications that are under way. */
  private int publishing;

  Dispatch(
      Vertx vertx,
      String worker,
      Set<String> stores,
      HostSlots<Promise<Void>> slots,
      StandingCommands commands,
      RetryPolicy retryPolicy,
      InstantSource clock,
      RandomGenerator random,
      DispatchGauges gauges) {
    this.vertx = vertx;
    this.worker = worker;
    this.stores = stores;
    this.slots = slots;
    this.commands = commands;
    this.retryPolicy = retryPolicy;
    this.clock = clock;
    this.random = random;
    this.gauges = gauges;
  }

  void accept(List<JobRecord> records) {
    Instant now = clock.instant();
    for (JobRecord record : records) {
      switch (record) {
        case JobRecord.Invalid invalid -> settle(refused(invalid, now));
        case JobRecord.Valid valid -> {
          var run = new JobRun(this, valid, now);
          runs.put(valid.position(), run);
          obey(run);
          vertx.runOnContext(_ -> run(run));
        }
      }
    }
  }

  /** Applies the commands that stand to a job that has just come. */
  private void obey(JobRun run) {
    DownloadJob job = run.record().job();
    ControlScope cancel = commands.cancelOf(job, run.record().source().timestamp());
    if (cancel != null) {
      run.control().cancel(cancel);
    }
    run.control().pause(commands.pauseOf(job));
  }

  /** Applies new commands to the jobs that are here, and keeps them for those to come. */
  void command(List<ControlCommand> given) {
    for (ControlCommand command : given) {
      if (!(command.scope() instanceof ControlScope.Job)) {
        LOG.info("Told to {} {}", command.action().wireName(), command.scope());
      }
      commands.take(command);
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

  private void run(JobRun run) {
    try {
      run.run();
    } finally {
      runs.remove(run.record().position(), run);
      show();
    }
  }

  private static Settlement refused(JobRecord.Invalid invalid, Instant now) {
    var end =
        new Ended(
            invalid.id(),
            Outcome.FAILED,
            null,
            null,
            null,
            invalid.failure(),
            0,
            0,
            now,
            null,
            now,
            Map.of(),
            invalid.traceparent());
    return new Settlement.Ended(end, invalid.source());
  }

  /** Stops the jobs of some partitions; runs on a virtual thread of its own. */
  List<SourceRecord> handOver(HandOver order) {
    List<JobRun> leaving =
        runs.values().stream()
            .filter(run -> order.partitions().contains(run.record().position().partition()))
            .toList();
    Future<Void> over = Future.all(leaving.stream().map(JobRun::over).toList()).mapEmpty();
    leaving.stream().filter(run -> !run.isTransferring()).forEach(run -> run.control().handOver());
    if (!over.isComplete() && order.grace().isPositive()) {
      sleep(order.grace(), over);
    }
    leaving.forEach(run -> run.control().handOver());
    over.await();
    return leaving.stream()
        .filter(run -> !run.over().result())
        .map(run -> run.record().source())
        .toList();
  }

  /** Whose attempts these are. */
  String worker() {
    return worker;
  }

  boolean knowsStore(String name) {
    return stores.contains(name);
  }

  Instant now() {
    return clock.instant();
  }

  /** Waits until the time is over or the other thing happens. */
  void sleep(Duration time, Future<?> other) {
    // A timer counts whole milliseconds from a moment that lies a little back.
    Timer timer = vertx.timer(Math.max(time.toMillis(), 0) + 1, TimeUnit.MILLISECONDS);
    Future.any(timer, other).await();
    timer.cancel();
  }

  /** Waits for a slot; false when the job was interrupted first. */
  boolean acquire(JobRun run) {
    DownloadJob job = run.record().job();
    Promise<Void> slot = Promise.promise();
    slots.offer(job.url().host(), job.priority(), slot);
    admit();
    if (!slot.future().isComplete()) {
      Future.any(slot.future(), run.control().interrupted()).await();
    }
    boolean acquired = slot.future().isComplete() || !slots.remove(job.url().host(), slot);
    show();
    return acquired;
  }

  void release(JobRun run) {
    slots.release(run.record().job().url().host());
    admit();
  }

  private void admit() {
    for (Promise<Void> next = slots.poll(); next != null; next = slots.poll()) {
      next.complete();
    }
    show();
  }

  private void show() {
    gauges.update(runs.size(), slots.waiting(), slots.running());
  }

  Decision decide(Failure failure, int attempt, DownloadJob job) {
    @Nullable Duration untilDeadline =
        job.deadline() == null ? null : Duration.between(clock.instant(), job.deadline());
    return retryPolicy.decide(failure, attempt, job.maxAttempts(), untilDeadline, random);
  }

  Future<Found> find(DownloadJob job) {
    return Bus.FIND.ask(vertx, new FindOrder(job));
  }

  Future<FetchResult> fetch(FetchOrder order) {
    return Bus.FETCH.ask(vertx, order);
  }

  /**
   * Whether a job that has all its bytes may leave its slot to the next one before they are
   * durable: a disk syncs many files as fast as one. Beyond this bound it keeps the slot meanwhile,
   * so that a slow disk slows down the transfers.
   */
  boolean hasRoomToPublish() {
    return publishing < MAX_PUBLISHING;
  }

  Future<Published> publish(Publication publication) {
    publishing++;
    return Bus.PUBLISH.ask(vertx, publication).onComplete(_ -> publishing--);
  }

  void announce(StateChanged state) {
    Bus.EVENTS.publish(vertx, state);
  }

  void settle(Settlement settlement) {
    Bus.SETTLE.send(vertx, settlement);
  }
}
