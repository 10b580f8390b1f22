package dev.haul.pipeline;

import dev.haul.job.DownloadJob;
import dev.haul.job.DurationText;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.policy.DispatchSettings;
import dev.haul.policy.HostReport;
import dev.haul.policy.HostSign;
import dev.haul.policy.Scheduler;
import dev.haul.policy.Scheduler.Ticket;
import dev.haul.policy.SlotWish;
import dev.haul.policy.SlotWish.Host;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives jobs their slots. One timer looks when time alone makes room, another whether somebody has
 * waited too long. Belongs to the dispatch context.
 */
final class Slots {
  private static final long SWEEP_MILLIS = 1000;

  /** So many jobs of a host that stays down wait here, to probe it; the others elsewhere. */
  private static final int PROBES = 16;

  /** How waiting for a slot ends. */
  sealed interface Admission {
    record Taken(Slot slot) implements Admission {}

    /** The host stayed down for too long, or the job's deadline has passed. */
    record GivenUp(Failure failure) implements Admission {}

    /** The host stays down: the job had better wait elsewhere, for so long. */
    record Elsewhere(Failure reason, Duration time) implements Admission {}

    record Interrupted() implements Admission {}
  }

  /** A slot that is held. */
  record Slot(Ticket<Waiter> ticket, Host host) {}

  /** A job that waits. */
  static final class Waiter {
    private final JobRecord.Valid record;
    private final Instant acceptedAt;
    private final Promise<Admission> turn = Promise.promise();
    private @Nullable Ticket<Waiter> ticket;
    private Host host;

    private Waiter(JobRecord.Valid record, Instant acceptedAt, Host host) {
      this.record = record;
      this.acceptedAt = acceptedAt;
      this.host = host;
    }

    /** Completes when it need wait no longer. */
    Future<Admission> turn() {
      return turn.future();
    }
  }

  private final Vertx vertx;
  private final Scheduler<Waiter> scheduler;
  private final Duration patience;
  private final Function<SourceRecord, @Nullable Duration> elsewhere;
  private final InstantSource clock;
  private final Runnable changed;
  private final Runnable swept;
  private final long sweeper;

  /** In the order in which they came. */
  private final Set<Waiter> waiters = new LinkedHashSet<>();

  /** The timer that is set, -1 for none, and when it fires. */
  private long timer = -1;

  private long timerNanos;

  /**
   * @param lanes weights by topic
   * @param elsewhere how long a job would have to wait to wait somewhere else; null when it cannot
   * @param changed told when jobs began or ceased to wait or to run
   * @param swept told each second
   */
  Slots(
      Vertx vertx,
      DispatchSettings settings,
      Map<String, Integer> lanes,
      Function<SourceRecord, @Nullable Duration> elsewhere,
      InstantSource clock,
      Runnable changed,
      Runnable swept) {
    this.vertx = vertx;
    this.scheduler =
        new Scheduler<>(
            settings.maxConcurrent(),
            settings.maxPerCredential(),
            lanes,
            (host, nowNanos) -> settings.governor(host.name(), nowNanos));
    this.patience = settings.patience();
    this.elsewhere = elsewhere;
    this.clock = clock;
    this.changed = changed;
    this.swept = swept;
    this.sweeper = vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep());
  }

  /**
   * Takes a place among those who wait, which must then be {@linkplain #leave left}.
   *
   * @param acceptedAt by the first worker that had it
   */
  Waiter enqueue(JobRecord.Valid record, Instant acceptedAt) {
    var waiter = new Waiter(record, acceptedAt, place(record.job()));
    waiters.add(waiter);
    offer(waiter, System.nanoTime());
    admit();
    return waiter;
  }

  /** Waits for a slot and leaves the place; runs on the job's virtual thread. */
  Admission await(Waiter waiter, Future<Stop> interrupted) {
    if (!waiter.turn().isComplete()) {
      Future.any(waiter.turn(), interrupted).await();
    }
    leave(waiter);
    return waiter.turn().isComplete() ? waiter.turn().result() : new Admission.Interrupted();
  }

  /** One more slot for a job that has one; null when it would have to wait. */
  @Nullable Slot acquireNow(JobRecord.Valid record) {
    var waiter = new Waiter(record, clock.instant(), place(record.job()));
    offer(waiter, System.nanoTime());
    admit();
    if (waiter.turn().isComplete()
        && waiter.turn().result() instanceof Admission.Taken(Slot slot)) {
      return slot;
    }
    leave(waiter);
    return null;
  }

  private void offer(Waiter waiter, long nowNanos) {
    DownloadJob job = waiter.record.job();
    var wish =
        new SlotWish(
            waiter.record.source().origin().partition().topic(),
            waiter.host,
            job.credentials(),
            Objects.requireNonNullElse(job.tenant(), ""),
            job.priority(),
            job.size());
    waiter.ticket = scheduler.offer(wish, waiter, nowNanos);
  }

  /** The host of the job's URL, or of its first mirror that is not down while that one is. */
  private Host place(DownloadJob job) {
    Host first = host(job.url());
    if (scheduler.isDown(first)) {
      for (SourceUrl mirror : job.mirrors()) {
        if (!scheduler.isDown(host(mirror))) {
          return host(mirror);
        }
      }
    }
    return first;
  }

  private static Host host(SourceUrl url) {
    return new Host(url.host(), url.port());
  }

  private void leave(Waiter waiter) {
    waiters.remove(waiter);
    if (waiter.ticket != null && scheduler.remove(waiter.ticket, System.nanoTime())) {
      changed.run();
    }
  }

  /**
   * Gives a slot back.
   *
   * @param result of the attempt, null when none was made or it says nothing
   * @return whether the host is down, and that is why the attempt failed
   */
  boolean release(Slot slot, @Nullable FetchResult result) {
    Failure failure = result instanceof FetchResult.Failed failed ? failed.failure() : null;
    long bytes = result == null ? 0 : result.bytesTransferred();
    HostSign sign = sign(slot, result, failure, bytes);
    boolean down = scheduler.ended(slot.ticket(), sign, failure, bytes, System.nanoTime());
    admit();
    return down;
  }

  private static HostSign sign(
      Slot slot, @Nullable FetchResult result, @Nullable Failure failure, long bytes) {
    if (result == null || result instanceof FetchResult.Stopped) {
      return HostSign.NOTHING;
    }
    boolean byThisHost =
        slot.ticket().waiter().record.job().mirrors().isEmpty()
            || slot.host().name().equals(result.host());
    return byThisHost ? HostSign.of(failure, bytes) : HostSign.NOTHING;
  }

  private void admit() {
    long nowNanos = System.nanoTime();
    for (var next = scheduler.poll(nowNanos); next != null; next = scheduler.poll(nowNanos)) {
      Waiter waiter = next.waiter();
      waiter.turn.complete(new Admission.Taken(new Slot(next, waiter.host)));
    }
    long wait = scheduler.nanosUntilNext(nowNanos);
    if (wait >= 0 && (timer < 0 || nowNanos + wait - timerNanos < 0)) {
      vertx.cancelTimer(timer);
      timerNanos = nowNanos + wait;
      timer = vertx.setTimer(Duration.ofNanos(wait).toMillis() + 1, _ -> look());
    }
    changed.run();
  }

  private void look() {
    timer = -1;
    admit();
  }

  /** Ends the wait of those who have waited too long, and moves those who need not wait here. */
  private void sweep() {
    long nowNanos = System.nanoTime();
    Instant now = clock.instant();
    var probes = new HashMap<Host, Integer>();
    for (Waiter waiter : List.copyOf(waiters)) {
      if (waiter.ticket != null && !waiter.turn().isComplete()) {
        look(waiter, waiter.ticket, probes, now, nowNanos);
      }
    }
    scheduler.tidy(nowNanos);
    swept.run();
    admit();
  }

  private void look(
      Waiter waiter, Ticket<Waiter> ticket, Map<Host, Integer> probes, Instant now, long nowNanos) {
    DownloadJob job = waiter.record.job();
    Duration down = Duration.ofNanos(scheduler.downNanos(ticket, nowNanos));
    Duration had = Duration.between(waiter.acceptedAt, now);
    if (job.deadline() != null && !now.isBefore(job.deadline())) {
      end(waiter, new Admission.GivenUp(passed(job.deadline(), scheduler.lastFailure(ticket))));
    } else if (down.compareTo(patience) > 0 && had.compareTo(patience) > 0) {
      end(waiter, new Admission.GivenUp(outOfPatience(reason(ticket))));
    } else if (down.isPositive() && !place(job).equals(waiter.host)) {
      scheduler.remove(ticket, nowNanos);
      waiter.host = place(job);
      offer(waiter, nowNanos);
    } else if (down.isPositive() && probes.merge(waiter.host, 1, Integer::sum) > PROBES) {
      Duration wait = elsewhere.apply(waiter.record.source());
      if (wait != null && down.compareTo(wait) > 0) {
        end(waiter, new Admission.Elsewhere(reason(ticket), wait));
      }
    }
  }

  private Failure reason(Ticket<Waiter> ticket) {
    Failure last = scheduler.lastFailure(ticket);
    return last == null ? Failure.of(ErrorCode.CONNECT, "host is down") : last;
  }

  private void end(Waiter waiter, Admission how) {
    if (waiter.ticket != null && scheduler.remove(waiter.ticket, System.nanoTime())) {
      waiter.turn.complete(how);
    }
  }

  private static Failure passed(Instant deadline, @Nullable Failure last) {
    String text = "the job's deadline " + deadline + " has passed";
    return Failure.of(
        ErrorCode.DEADLINE, last == null ? text : text + "; its host was down: " + last.message());
  }

  private Failure outOfPatience(Failure reason) {
    return new Failure(
        reason.code(),
        reason.message() + " (the host has been down for " + DurationText.print(patience) + ")",
        false,
        reason.status(),
        null);
  }

  List<HostReport> reports() {
    return scheduler.reports(System.nanoTime());
  }

  /** Stops the timers. */
  void close() {
    vertx.cancelTimer(sweeper);
    vertx.cancelTimer(timer);
  }

  /** Jobs that wait. */
  int waiting() {
    return scheduler.waiting();
  }

  /** Slots taken. */
  int running() {
    return scheduler.running();
  }
}
