package dev.haul.chaos;

import dev.haul.chaos.Violation.Kind;
import dev.haul.kafka.KafkaUnavailable;
import dev.haul.kafka.TopicSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Performs the schedule: begins faults, mends them when their time is over, and publishes jobs
 * meanwhile, so that there is work at each. Belongs to one thread.
 */
final class Conductor {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(40);
  private static final int GUESTS = 2;

  /** The exit code of a worker whose store has no room for its folders when it starts. */
  private static final int REFUSED_TO_START = 2;

  /** What is to be done at a time. */
  private record Task(Instant due, Runnable action) {}

  private final ChaosPlan plan;
  private final Fleet fleet;
  private final SmallDisk disk;
  private final Observer observer;
  private final Freight freight;
  private final TopicSettings topics;
  private final InstantSource clock;
  private final Consumer<String> narrator;
  private final Instant start;
  private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparing(Task::due));
  private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);
  private final Map<Fault, String> skipped = new EnumMap<>(Fault.class);
  private final List<Violation> violations = new ArrayList<>();
  private int guests;

  Conductor(
      ChaosPlan plan,
      Fleet fleet,
      SmallDisk disk,
      Observer observer,
      Freight freight,
      TopicSettings topics,
      InstantSource clock,
      Consumer<String> narrator) {
    this.plan = plan;
    this.fleet = fleet;
    this.disk = disk;
    this.observer = observer;
    this.freight = freight;
    this.topics = topics;
    this.clock = clock;
    this.narrator = narrator;
    this.start = clock.instant();
  }

  /** Starts the workers and waits until each takes jobs. */
  void startAll() {
    fleet.workers().forEach(Member::start);
    Instant deadline = clock.instant().plus(LONGEST_WAIT);
    while (!fleet.workers().stream().allMatch(Member::hasSpoken)) {
      if (clock.instant().isAfter(deadline)) {
        violations.add(new Violation(Kind.STUCK, "the workers", "did not start"));
        return;
      }
      tick();
    }
  }

  /** Returns when the last fault is mended and all jobs are on their way. */
  void perform() {
    List<Step> steps = Schedule.of(plan).steps();
    for (int i = 0; i < steps.size(); i++) {
      freight.sendUpTo((int) ((long) plan.jobs() * (i + 2) / (steps.size() + 1)));
      Instant due = clock.instant().plus(steps.get(i).pause());
      while (clock.instant().isBefore(due)) {
        tick();
      }
      if (isReady(steps.get(i).fault())) {
        begin(steps.get(i));
      }
    }
    freight.sendUpTo(plan.jobs());
    while (!tasks.isEmpty()) {
      tick();
    }
  }

  /** A tenth of a second: reads what is told, does what is due. */
  void tick() {
    observer.watch(TICK);
    freight.takeDeliveries(observer::published);
    while (!tasks.isEmpty() && !tasks.element().due().isAfter(clock.instant())) {
      tasks.remove().action().run();
    }
    fleet.fallen().forEach(this::raise);
  }

  /** Starts a process again that ended by itself, as a supervisor would. */
  private void raise(Member member) {
    int code = member.awaitExit(TICK).orElse(-1);
    if (code != REFUSED_TO_START || !disk.isFull()) {
      violate(Kind.BAD_EXIT, member, "ended by itself with " + code);
    }
    member.start();
  }

  /** Stops the workers as a deploy would. */
  void stopAll() {
    fleet.workers().forEach(Member::stop);
    fleet
        .workers()
        .forEach(member -> awaitStop(member, clock.instant().plus(LONGEST_STOP), () -> {}));
    while (!tasks.isEmpty()) {
      tick();
    }
  }

  /** How often each fault has happened. */
  Map<Fault, Integer> done() {
    return Map.copyOf(done);
  }

  /** Why a fault has not happened. */
  Map<Fault, String> skipped() {
    return Map.copyOf(skipped);
  }

  List<Violation> violations() {
    return List.copyOf(violations);
  }

  /** Waits for a victim; what hits a broker waits until no other one is missed. */
  private boolean isReady(Fault fault) {
    Instant deadline = clock.instant().plus(LONGEST_WAIT);
    while (!hasVictim(fault)) {
      if (clock.instant().isAfter(deadline)) {
        skipped.put(fault, "the cluster was not well within " + LONGEST_WAIT.toSeconds() + " s");
        violations.add(
            new Violation(
                Kind.STUCK,
                "the cluster",
                "not well again within %d s, before: %s"
                    .formatted(LONGEST_WAIT.toSeconds(), fault.words())));
        return false;
      }
      tick();
    }
    return true;
  }

  private boolean hasVictim(Fault fault) {
    return fault.hitsWorker()
        ? !up(fleet.workers()).isEmpty()
        : !fault.hitsBroker() || areBrokersWell();
  }

  private boolean areBrokersWell() {
    try {
      List<String> all = new ArrayList<>(topics.all());
      all.addAll(List.of("__consumer_offsets", "__transaction_state"));
      return up(fleet.brokers()).size() == plan.brokers() && observer.cluster().isInSync(all);
    } catch (KafkaUnavailable e) {
      return false;
    }
  }

  private void begin(Step step) {
    Fault fault = step.fault();
    if (fault == Fault.FILL_DISK && !disk.canBeFull()) {
      skipped.put(fault, "this user may not mount a small file system");
      return;
    }
    Instant mending = clock.instant().plus(step.lasting());
    switch (fault) {
      case KILL_WORKER, STOP_WORKER, FREEZE_WORKER ->
          hurt(fault, victim(fleet.workers(), step), mending);
      case KILL_BROKER, STOP_BROKER -> hurt(fault, victim(fleet.brokers(), step), mending);
      case STORM -> storm(mending);
      case FILL_DISK -> {
        tell("the second store's disk is full");
        disk.fill();
        tasks.add(new Task(mending, disk::free));
      }
    }
    done.merge(fault, 1, Integer::sum);
  }

  private void hurt(Fault fault, Member victim, Instant mending) {
    tell(fault.wireName() + " " + victim.name());
    observer
        .recoveries()
        .hurt(
            fault,
            clock.instant(),
            fault.hitsBroker()
                ? observer.busyPartitions()
                : observer.busyPartitions(victim.name()));
    switch (fault) {
      case KILL_WORKER, KILL_BROKER -> {
        victim.kill();
        tasks.add(new Task(mending, victim::start));
      }
      case STOP_WORKER, STOP_BROKER -> {
        victim.stop();
        Instant deadline = clock.instant().plus(LONGEST_STOP);
        tasks.add(new Task(mending, () -> awaitStop(victim, deadline, victim::start)));
      }
      case FREEZE_WORKER -> {
        victim.freeze();
        tasks.add(new Task(mending, victim::thaw));
      }
      case STORM, FILL_DISK -> throw new IllegalArgumentException(fault + " has no victim");
    }
  }

  private void storm(Instant mending) {
    tell("%d more workers join for a while".formatted(GUESTS));
    for (int i = 0; i < GUESTS; i++) {
      Member guest = fleet.guest(++guests);
      guest.start();
      tasks.add(
          new Task(
              mending,
              () -> {
                guest.stop();
                awaitStop(guest, clock.instant().plus(LONGEST_STOP), () -> {});
              }));
    }
  }

  /** Looks again and again whether it has ended, well and in time. */
  private void awaitStop(Member member, Instant deadline, Runnable then) {
    OptionalInt exit = member.awaitExit(Duration.ZERO);
    if (exit.isEmpty() && clock.instant().isBefore(deadline)) {
      tasks.add(new Task(clock.instant().plus(TICK), () -> awaitStop(member, deadline, then)));
      return;
    }
    if (exit.isEmpty()) {
      violate(
          Kind.BAD_EXIT,
          member,
          "did not end within %d s of SIGTERM".formatted(LONGEST_STOP.toSeconds()));
      member.kill();
    } else if (!member.isGoodExit(exit.getAsInt())) {
      violate(Kind.BAD_EXIT, member, "ended with %d after SIGTERM".formatted(exit.getAsInt()));
    }
    then.run();
  }

  private void violate(Kind kind, Member member, String detail) {
    tell(member.name() + " " + detail);
    violations.add(new Violation(kind, member.name(), detail));
  }

  private void tell(String words) {
    Duration since = Duration.between(start, clock.instant());
    narrator.accept(
        "%4d s  %d of %d jobs have ended  %s"
            .formatted(since.toSeconds(), observer.audit().ended(), plan.jobs(), words));
  }

  private static Member victim(Collection<Member> members, Step step) {
    List<Member> candidates = up(members);
    return candidates.get(step.pick(candidates.size()));
  }

  private static List<Member> up(Collection<Member> members) {
    return members.stream().filter(member -> member.condition() == Member.Condition.UP).toList();
  }
}
