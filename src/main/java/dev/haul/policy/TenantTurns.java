package dev.haul.policy;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.TreeMap;

/** A tenant in a lane: what it has had, and where something of it may start. */
final class TenantTurns<T> {
  private static final long STEP_NANOS = 60_000_000_000L;

  final String name;

  /** Bytes started, and for what it did not use, those of the others: never falls. */
  long tag;

  /** Bytes charged that did not come. */
  long credit;

  int waiting;
  int running;

  /** By level: the stands that show a waiter of this tenant, the next in turn first. */
  private final TreeMap<Long, SequencedSet<Stand<T>>> shown = new TreeMap<>();

  TenantTurns(String name) {
    this.name = name;
  }

  static <T> Comparator<TenantTurns<T>> byTag() {
    return Comparator.<TenantTurns<T>>comparingLong(tenant -> tenant.tag)
        .thenComparing(tenant -> tenant.name);
  }

  /** The order of a tenant's waiters, lowest first: a minute earlier is worth a priority. */
  static long level(int priority, long nowNanos) {
    return Math.floorDiv(nowNanos, STEP_NANOS) - priority;
  }

  boolean isShown() {
    return !shown.isEmpty();
  }

  Stand<T> next() {
    return shown.firstEntry().getValue().getFirst();
  }

  void show(Stand<T> stand, long level) {
    shown.computeIfAbsent(level, _ -> new LinkedHashSet<>()).add(stand);
  }

  void hide(Stand<T> stand, long level) {
    shown.computeIfPresent(
        level,
        (_, stands) -> {
          stands.remove(stand);
          return stands.isEmpty() ? null : stands;
        });
  }
}
