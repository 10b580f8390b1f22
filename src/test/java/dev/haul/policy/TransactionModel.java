package dev.haul.policy;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.policy.SettlementBook.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's part of the transaction protocol, and workers that keep the program's own books, with one
 * partition that goes from one to the other. A step may come whenever it is among {@link #steps}.
 *
 * <p>What Kafka does, in short: it takes offsets of the group's present generation only; they are
 * pending until their transaction ends; nobody is given a partition while an offset of it is
 * pending. A transaction ends by its worker, or by Kafka when its time is up.
 */
final class TransactionModel {
  private static final Partition PARTITION = new Partition("jobs", 0);
  private static final int NOBODY = -1;

  /** What can happen. */
  enum Kind {
    /** The group gives the partition to a worker, which takes its records. */
    ASSIGN,
    /** The group has a new generation, for reasons of others. */
    REBALANCE,
    /** A member hears of it. */
    RENEW,
    /** A job ends. */
    FINISH,
    /** A batch is closed and its records are sent. */
    BATCH,
    /** Its offsets arrive at Kafka, which takes or refuses them. */
    OFFSETS,
    /** The commit arrives at Kafka. */
    COMMIT,
    /** The worker hears that it was made. */
    HEAR,
    /** The answer is lost for good: the worker looks at what is committed. */
    LOOK,
    /** Kafka ends a transaction whose time is up; the worker finds out later. */
    EXPIRE,
    /** A worker is asked for the partition: it stops its jobs. */
    REVOKE,
    /** It gives the partition, all ends being in Kafka. */
    LEAVE,
    /** It gives it as it is, its time being up. */
    LEAVE_LATE,
    /** The group takes the partition away from a worker that does not hear of it. */
    EVICT,
    /** Such a worker notices. */
    NOTICE,
    /** A worker dies, and another begins in its place. */
    CRASH
  }

  record Step(Kind kind, int worker, int job) {
    @Override
    public String toString() {
      return kind + " " + worker + (kind == Kind.FINISH ? " job " + job : "");
    }
  }

  /**
   * How often what is rare may happen on one path, which keeps the paths finite.
   *
   * @param fencing false for a Kafka that takes offsets of every generation
   */
  record Bounds(int moves, int crashes, int faults, boolean fencing) {}

  /** A record as one assignment has seen it. */
  private record Seen(int offset) {}

  private enum Stage {
    IDLE,
    SENT,
    PENDING,
    COMMITTED,
    EXPIRED
  }

  private static final class Worker {
    final SettlementBook<Seen, Integer> book = new SettlementBook<>();
    final List<Seen> running = new ArrayList<>();
    final List<Integer> ended = new ArrayList<>();
    boolean owner;
    boolean leaving;
    int generation;
    int sentGeneration;
    Stage stage = Stage.IDLE;
    @Nullable Batch<Integer> sent;

    @Override
    public String toString() {
      return "%s%s g%d sg%d %s %s %s %s"
          .formatted(owner, leaving, generation, sentGeneration, running, ended, stage, sent);
    }
  }

  private final Bounds bounds;
  private final Worker[] workers;
  private final int[] ends;
  private Commit committed = new Commit(0, "");
  private int assigned = NOBODY;
  private int generation;

  /** A dead worker's transaction whose offsets are pending. */
  private boolean orphan;

  private int moves;
  private int crashes;
  private int faults;

  TransactionModel(int workers, int jobs, Bounds bounds) {
    this.bounds = bounds;
    this.workers = new Worker[workers];
    Arrays.setAll(this.workers, _ -> new Worker());
    this.ends = new int[jobs];
  }

  /** All that tells this state from another. */
  String key() {
    return Arrays.toString(workers)
        + Arrays.toString(ends)
        + committed
        + " a"
        + assigned
        + " g"
        + generation
        + " "
        + orphan
        + " "
        + moves
        + "/"
        + crashes
        + "/"
        + faults;
  }

  List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    if (assigned == NOBODY && !orphan && Arrays.stream(workers).noneMatch(this::hasPending)) {
      for (int i = 0; i < workers.length; i++) {
        // One that has not noticed its eviction joins again only after it has.
        if (!workers[i].owner) {
          steps.add(new Step(Kind.ASSIGN, i, 0));
        }
      }
    }
    if (orphan) {
      steps.add(new Step(Kind.EXPIRE, NOBODY, 0));
    }
    for (int i = 0; i < workers.length; i++) {
      steps(i, workers[i], steps);
    }
    return steps;
  }

  private boolean hasPending(Worker worker) {
    return worker.stage == Stage.PENDING;
  }

  private void steps(int i, Worker worker, List<Step> steps) {
    if (worker.owner && assigned == i && worker.generation != generation) {
      steps.add(new Step(Kind.RENEW, i, 0));
    }
    for (Seen job : worker.running) {
      steps.add(new Step(Kind.FINISH, i, job.offset()));
    }
    switch (worker.stage) {
      case IDLE -> {
        if (worker.book.pending() > 0) {
          steps.add(new Step(Kind.BATCH, i, 0));
        }
      }
      case SENT -> steps.add(new Step(Kind.OFFSETS, i, 0));
      case PENDING -> steps.add(new Step(Kind.COMMIT, i, 0));
      case COMMITTED -> steps.add(new Step(Kind.HEAR, i, 0));
      case EXPIRED -> steps.add(new Step(Kind.LOOK, i, 0));
    }
    if (faults < bounds.faults()) {
      if (worker.stage == Stage.COMMITTED) {
        steps.add(new Step(Kind.LOOK, i, 0));
      }
      if (worker.stage == Stage.SENT || worker.stage == Stage.PENDING) {
        steps.add(new Step(Kind.EXPIRE, i, 0));
      }
    }
    if (worker.leaving) {
      steps.add(new Step(worker.book.isQuiet(PARTITION) ? Kind.LEAVE : Kind.LEAVE_LATE, i, 0));
    }
    if (worker.owner && assigned == i && moves < bounds.moves()) {
      if (!worker.leaving) {
        steps.add(new Step(Kind.REVOKE, i, 0));
      }
      steps.add(new Step(Kind.EVICT, i, 0));
      steps.add(new Step(Kind.REBALANCE, i, 0));
    }
    if (worker.owner && assigned != i) {
      steps.add(new Step(Kind.NOTICE, i, 0));
    }
    if (crashes < bounds.crashes() && (worker.owner || worker.stage != Stage.IDLE)) {
      steps.add(new Step(Kind.CRASH, i, 0));
    }
  }

  void apply(Step step) {
    if (step.worker() == NOBODY) {
      orphan = false;
      return;
    }
    Worker worker = workers[step.worker()];
    switch (step.kind()) {
      case ASSIGN -> assign(step.worker(), worker);
      case REBALANCE -> {
        moves++;
        generation++;
      }
      case RENEW -> worker.generation = generation;
      case FINISH -> finish(worker, step.job());
      case BATCH -> send(worker, worker.book.close());
      case OFFSETS -> offsets(worker);
      case COMMIT -> commit(worker);
      case HEAR -> published(worker);
      case LOOK -> look(worker);
      case EXPIRE -> {
        faults++;
        worker.stage = Stage.EXPIRED;
      }
      case REVOKE -> {
        moves++;
        worker.leaving = true;
        worker.running.forEach(job -> worker.book.giveBack(job, position(job)));
        worker.running.clear();
      }
      case LEAVE, LEAVE_LATE -> {
        assigned = NOBODY;
        drop(worker);
      }
      case EVICT -> {
        moves++;
        assigned = NOBODY;
        generation++;
      }
      case NOTICE -> drop(worker);
      case CRASH -> {
        crashes++;
        orphan |= worker.stage == Stage.PENDING;
        if (assigned == step.worker()) {
          assigned = NOBODY;
          generation++;
        }
        workers[step.worker()] = new Worker();
      }
    }
  }

  private void assign(int index, Worker worker) {
    generation++;
    assigned = index;
    worker.generation = generation;
    worker.owner = true;
    worker.book.open(PARTITION, committed);
    for (int offset = (int) committed.offset(); offset < ends.length; offset++) {
      var job = new Seen(offset);
      if (worker.book.take(job, position(job))) {
        worker.running.add(job);
      }
    }
  }

  private static void finish(Worker worker, int offset) {
    Seen job =
        worker.running.stream().filter(seen -> seen.offset() == offset).findFirst().orElseThrow();
    worker.running.remove(job);
    worker.ended.add(offset);
    worker.book.end(job, position(job), offset);
  }

  private static void send(Worker worker, @Nullable Batch<Integer> batch) {
    worker.sent = batch;
    worker.sentGeneration = worker.generation;
    worker.stage = batch == null ? Stage.IDLE : Stage.SENT;
  }

  private void offsets(Worker worker) {
    if (worker.sentGeneration == generation || !bounds.fencing()) {
      worker.stage = Stage.PENDING;
    } else {
      send(worker, worker.book.again());
    }
  }

  private void commit(Worker worker) {
    Batch<Integer> batch = Objects.requireNonNull(worker.sent);
    batch.ends().forEach(end -> ends[end]++);
    committed = Objects.requireNonNull(batch.commits().get(PARTITION));
    worker.stage = Stage.COMMITTED;
  }

  private static void published(Worker worker) {
    worker.ended.removeAll(Objects.requireNonNull(worker.sent).ends());
    worker.book.published();
    worker.sent = null;
    worker.stage = Stage.IDLE;
  }

  private void look(Worker worker) {
    if (worker.stage == Stage.COMMITTED) {
      faults++;
    }
    if (worker.book.isPublished(Map.of(PARTITION, committed))) {
      published(worker);
    } else {
      send(worker, worker.book.again());
    }
  }

  private static void drop(Worker worker) {
    worker.book.drop(PARTITION);
    worker.running.clear();
    worker.ended.clear();
    worker.owner = false;
    worker.leaving = false;
  }

  private static Position position(Seen job) {
    return new Position(PARTITION, job.offset());
  }

  /**
   * Says which promise is broken, or null: a job has one end in Kafka exactly when Kafka says that
   * it need not run again.
   */
  @Nullable String broken() {
    OffsetLedger ledger = OffsetLedger.from(committed);
    for (int job = 0; job < ends.length; job++) {
      boolean finished = !ledger.take(job);
      if (ends[job] > 1) {
        return "job " + job + " has ended " + ends[job] + " times";
      }
      if (finished != (ends[job] == 1)) {
        return "job " + job + " has ended " + ends[job] + " times, finished: " + finished;
      }
    }
    return null;
  }

  /** Whether every job has ended. */
  boolean isDone() {
    return Arrays.stream(ends).allMatch(end -> end == 1);
  }
}
