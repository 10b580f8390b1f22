package dev.haul.policy;

import dev.haul.job.Failure;
import dev.haul.policy.SlotWish.Host;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host: its governor, and its waiters by lane and credential. */
final class HostQueue<T> {
  private record Place<T>(LaneTurns<T> lane, @Nullable CredentialSlots<T> credential) {}

  final Host name;
  final HostGovernor governor;
  private final Map<Place<T>, Stand<T>> stands = new HashMap<>(2);
  private final Map<LaneTurns<T>, Integer> runningByLane = new HashMap<>(2);
  int waiting;
  private boolean wakes;
  private long wakeNanos;

  HostQueue(Host name, HostGovernor governor) {
    this.name = name;
    this.governor = governor;
  }

  static <T> Comparator<HostQueue<T>> byTime() {
    return Comparator.<HostQueue<T>>comparingLong(host -> host.wakeNanos)
        .thenComparing(host -> host.name);
  }

  Stand<T> stand(LaneTurns<T> lane, @Nullable CredentialSlots<T> credential) {
    return stands.computeIfAbsent(
        new Place<>(lane, credential),
        _ -> {
          var stand = new Stand<>(lane, this, credential);
          if (credential != null) {
            credential.stands.add(stand);
          }
          return stand;
        });
  }

  void forget(Stand<T> stand) {
    stands.remove(new Place<>(stand.lane, stand.credential));
    if (stand.credential != null) {
      stand.credential.stands.remove(stand);
    }
  }

  void started(LaneTurns<T> lane, long nowNanos) {
    governor.started(nowNanos);
    runningByLane.merge(lane, 1, Integer::sum);
  }

  void ended(
      LaneTurns<T> lane,
      HostSign sign,
      @Nullable Failure failure,
      long bytes,
      long startedNanos,
      long nowNanos) {
    governor.ended(sign, failure, bytes, startedNanos, nowNanos);
    runningByLane.computeIfPresent(lane, (_, running) -> running == 1 ? null : running - 1);
  }

  /** Has its stands show what may start now. */
  void look(long nowNanos, Collection<LaneTurns<T>> lanes) {
    long wait = governor.nanosUntilNext(nowNanos);
    wakes = wait > 0 && waiting > 0;
    wakeNanos = nowNanos + wait;
    stands.values().forEach(stand -> stand.look(wait == 0 && hasRoom(stand.lane, lanes)));
  }

  /** Leaves a slot free for each lane that has none here. */
  private boolean hasRoom(LaneTurns<T> lane, Collection<LaneTurns<T>> lanes) {
    int kept = 0;
    if (governor.limit() > lanes.size()) {
      for (LaneTurns<T> other : lanes) {
        if (other != lane && !runningByLane.containsKey(other)) {
          kept++;
        }
      }
    }
    return governor.running() + kept < governor.limit();
  }

  /** Whether time alone may make room for a waiter, at {@link #wakeNanos}. */
  boolean wakes() {
    return wakes;
  }

  long wakeNanos() {
    return wakeNanos;
  }

  HostReport report(long nowNanos) {
    return new HostReport(
        name.toString(),
        governor.running(),
        waiting,
        governor.limit(),
        governor.startsPerSecond(nowNanos),
        governor.perSecond(nowNanos),
        governor.isDown(),
        governor.isPausing(nowNanos));
  }

  boolean isIdle() {
    return waiting == 0 && governor.running() == 0;
  }
}
