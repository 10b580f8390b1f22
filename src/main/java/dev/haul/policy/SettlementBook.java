package dev.haul.policy;

import dev.haul.job.JobEvent.StateChanged;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker owes Kafka: the records it holds, the ends that are not published yet, and what it
 * may commit for each partition. Ends leave it in batches, one on its way at a time; a batch and
 * the commits in it become true together or not at all, and only then are its records let go.
 *
 * <p>A batch that failed is sent again, without what belongs to partitions that have gone: those
 * jobs are the next owner's. A partition that comes back is a new one, so nothing of the earlier
 * assignment can be taken for its own.
 *
 * <p>Belongs to one thread.
 *
 * @param <R> a record, told apart by identity: one that came by an earlier assignment is another
 * @param <E> how a record ends
 */
public final class SettlementBook<R, E> {

  /**
   * What becomes true in one step.
   *
   * @param states of jobs that go on
   * @param commits of each partition that something in the batch belongs to, and of those whose
   *     commit has changed
   */
  public record Batch<E>(List<StateChanged> states, List<E> ends, Map<Partition, Commit> commits) {
    public Batch {
      states = List.copyOf(states);
      ends = List.copyOf(ends);
      commits = Map.copyOf(commits);
    }
  }

  /** A partition from its assignment until it goes. */
  private static final class Owned<R> {
    final OffsetLedger ledger;

    /** Records whose end is not in Kafka. */
    final Set<R> held = Collections.newSetFromMap(new IdentityHashMap<>());

    /** What the last batch that became true said. */
    Commit published;

    /** What Kafka is known to have; differs only where offsets are committed by themselves. */
    Commit committed;

    Owned(Commit committed) {
      this.ledger = OffsetLedger.from(committed);
      this.published = committed;
      this.committed = committed;
    }
  }

  private record Place<R>(Owned<R> owned, Partition partition) {}

  private record End<R, E>(Place<R> place, long offset, R record, E end) {}

  private record State<R>(Place<R> place, StateChanged state) {}

  private record OnItsWay<R, E>(
      List<State<R>> states, List<End<R, E>> ends, Map<Place<R>, Commit> commits) {}

  private final Map<Partition, Owned<R>> owned = new HashMap<>();
  private final IdentityHashMap<R, State<R>> states = new IdentityHashMap<>();

  /** Insertion order is the order in which the jobs have ended. */
  private final List<End<R, E>> ends = new ArrayList<>();

  /** Records whose end is here or on its way. */
  private final Set<R> ended = Collections.newSetFromMap(new IdentityHashMap<>());

  private @Nullable OnItsWay<R, E> onItsWay;

  /** Begins with a partition where its last commit left it. */
  public void open(Partition partition, Commit committed) {
    owned.put(partition, new Owned<>(committed));
  }

  /** Takes a record; false when it is finished already, or its partition is not ours. */
  public boolean take(R record, Position position) {
    Owned<R> it = owned.get(position.partition());
    if (it == null || !it.ledger.take(position.offset())) {
      return false;
    }
    it.held.add(record);
    return true;
  }

  /** Notes the latest state of a job that goes on; one that has ended, or gone, is passed over. */
  public boolean tell(R record, Position position, StateChanged state) {
    Owned<R> it = owned.get(position.partition());
    if (it == null || !it.held.contains(record) || ended.contains(record)) {
      return false;
    }
    states.put(record, new State<>(new Place<>(it, position.partition()), state));
    return true;
  }

  /** Notes how a job has ended; false when its record is not ours, or not any more. */
  public boolean end(R record, Position position, E end) {
    Owned<R> it = owned.get(position.partition());
    if (it == null || !it.held.contains(record) || ended.contains(record)) {
      return false;
    }
    states.remove(record);
    ended.add(record);
    ends.add(new End<>(new Place<>(it, position.partition()), position.offset(), record, end));
    return true;
  }

  /** Lets a record go that has not ended: its offset stays unfinished for the next owner. */
  public boolean giveBack(R record, Position position) {
    Owned<R> it = owned.get(position.partition());
    if (it == null || ended.contains(record) || !it.held.remove(record)) {
      return false;
    }
    states.remove(record);
    return true;
  }

  /** The next batch: all there is. Null when there is nothing, or one is on its way. */
  public @Nullable Batch<E> close() {
    if (onItsWay != null || (ends.isEmpty() && states.isEmpty())) {
      return null;
    }
    ends.forEach(end -> end.place().owned().ledger.settle(end.offset()));
    var told = List.copyOf(states.values());
    var commits = new LinkedHashMap<Place<R>, Commit>();
    told.forEach(state -> commits.put(state.place(), state.place().owned().ledger.commit()));
    owned.forEach((partition, it) -> {
      Commit commit = it.ledger.commit();
      if (!commit.equals(it.published)) {
        commits.put(new Place<>(it, partition), commit);
      }
    });
    onItsWay = new OnItsWay<>(told, List.copyOf(ends), commits);
    states.clear();
    ends.clear();
    return again();
  }

  /**
   * The batch that is on its way as it must be sent now: without what belongs to partitions that
   * have gone. Null when nothing is left of it, which ends it.
   */
  public @Nullable Batch<E> again() {
    OnItsWay<R, E> it = onItsWay;
    if (it == null) {
      return null;
    }
    var commits = new HashMap<Partition, Commit>();
    it.commits()
        .forEach((place, commit) -> {
          if (isOurs(place)) {
            commits.put(place.partition(), commit);
          }
        });
    if (commits.isEmpty()) {
      onItsWay = null;
      return null;
    }
    return new Batch<>(
        it.states().stream().filter(s -> isOurs(s.place())).map(State::state).toList(),
        it.ends().stream().filter(e -> isOurs(e.place())).map(End::end).toList(),
        commits);
  }

  /** The batch that is on its way has become true: lets its records go, and names them. */
  public List<R> published() {
    OnItsWay<R, E> it = onItsWay;
    if (it == null) {
      return List.of();
    }
    onItsWay = null;
    it.commits().forEach((place, commit) -> place.owned().published = commit);
    List<R> released = new ArrayList<>(it.ends().size());
    for (End<R, E> end : it.ends()) {
      ended.remove(end.record());
      if (isOurs(end.place()) && end.place().owned().held.remove(end.record())) {
        released.add(end.record());
      }
    }
    return released;
  }

  /**
   * Whether the batch that is on its way has become true, if nobody knows: its commits were part of
   * it, and nobody else commits for a partition while it is ours.
   *
   * @param actual what is committed now, with no transaction pending
   */
  public boolean isPublished(Map<Partition, Commit> actual) {
    OnItsWay<R, E> it = onItsWay;
    return it != null
        && it.commits().entrySet().stream()
            .filter(commit -> isOurs(commit.getKey()))
            .filter(commit -> !commit.getValue().equals(commit.getKey().owned().published))
            .anyMatch(commit -> commit.getValue().equals(actual.get(commit.getKey().partition())));
  }

  /** What has been published and Kafka is not yet known to have committed. */
  public Map<Partition, Commit> uncommitted(Collection<Partition> partitions) {
    var commits = new HashMap<Partition, Commit>();
    for (Partition partition : partitions) {
      Owned<R> it = owned.get(partition);
      if (it != null && !it.published.equals(it.committed)) {
        commits.put(partition, it.published);
      }
    }
    return commits;
  }

  /** Kafka has committed this. */
  public void committed(Map<Partition, Commit> commits) {
    commits.forEach((partition, commit) -> {
      Owned<R> it = owned.get(partition);
      if (it != null) {
        it.committed = commit;
      }
    });
  }

  /** Forgets a partition without a trace, and names the records that were held. */
  public Collection<R> drop(Partition partition) {
    Owned<R> it = owned.remove(partition);
    if (it == null) {
      return List.of();
    }
    states.keySet().removeAll(it.held);
    ended.removeAll(it.held);
    ends.removeIf(end -> end.place().owned() == it);
    return List.copyOf(it.held);
  }

  /** Whether no record of the partition is held: all ends are in Kafka, the others given back. */
  public boolean isQuiet(Partition partition) {
    Owned<R> it = owned.get(partition);
    return it == null || it.held.isEmpty();
  }

  /** Ends that no batch has taken up yet. */
  public int pending() {
    return ends.size();
  }

  /** Whether a batch is on its way. */
  public boolean isBusy() {
    return onItsWay != null;
  }

  /** The partitions that are ours. */
  public Set<Partition> partitions() {
    return Set.copyOf(owned.keySet());
  }

  /** The ledgers of these, in any order; for looking only. */
  public Map<Partition, OffsetLedger> ledgers() {
    var ledgers = new HashMap<Partition, OffsetLedger>();
    owned.forEach((partition, it) -> ledgers.put(partition, it.ledger));
    return ledgers;
  }

  private boolean isOurs(Place<R> place) {
    return owned.get(place.partition()) == place.owned();
  }
}
