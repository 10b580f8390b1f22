package dev.haul.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * The tenants of a lane in the order of the bytes that they have had: start-time fair queueing
 * (Goyal, Vin and Cheng, 1996). Two tenants that both have something to start differ by the bytes
 * of one job of each at most. Who comes, or comes back, starts where the others are: nobody saves
 * up, nobody owes.
 */
final class LaneTurns<T> {
  /** What the smallest job costs: a request has a price of its own. */
  private static final long LEAST_COST = 64 << 10;

  /** Before anything is known of the files. */
  private static final long FIRST_GUESS = 1 << 20;

  private static final int MEAN_OF = 16;

  /** Tenants at rest that still owe. */
  private static final int MAX_AT_REST = 4096;

  final String name;
  private final int weight;
  private final Map<String, TenantTurns<T>> tenants = new HashMap<>();
  private final TreeSet<TenantTurns<T>> ready = new TreeSet<>(TenantTurns.byTag());
  private long now;
  private long meanBytes = FIRST_GUESS;
  private int running;
  private long lastTurn;
  private long turns;

  LaneTurns(String name, int weight) {
    this.name = name;
    this.weight = weight;
  }

  int running() {
    return running;
  }

  boolean isReady() {
    return !ready.isEmpty();
  }

  /** Whether a slot more for this lane leaves it with less than one more would the other. */
  boolean isBefore(LaneTurns<T> other) {
    long own = (running + 1L) * other.weight;
    long others = (other.running + 1L) * weight;
    return own == others ? lastTurn < other.lastTurn : own < others;
  }

  /** The tenant of a new waiter. */
  TenantTurns<T> join(String tenant) {
    TenantTurns<T> it = tenants.computeIfAbsent(tenant, TenantTurns::new);
    if (it.waiting == 0) {
      it.tag = Math.max(it.tag, now);
    }
    it.waiting++;
    return it;
  }

  void leave(TenantTurns<T> tenant) {
    tenant.waiting--;
    forget(tenant);
  }

  /** The next waiter; there must be one. */
  Scheduler.Ticket<T> next() {
    while (true) {
      TenantTurns<T> tenant = ready.first();
      Stand<T> stand = tenant.next();
      // What it showed may be out of date: this tenant was served elsewhere since.
      stand.look();
      if (stand.shows(tenant)) {
        return stand.first();
      }
    }
  }

  /**
   * Takes a slot for a tenant's waiter.
   *
   * @param turn grows from start to start over all lanes
   * @return the bytes charged
   */
  long start(TenantTurns<T> tenant, OptionalLong bytes, long turn) {
    running++;
    lastTurn = turn;
    tenant.waiting--;
    tenant.running++;
    now = Math.max(now, tenant.tag);
    long cost = Math.max(bytes.orElse(meanBytes), LEAST_COST);
    long credited = Math.min(tenant.credit, cost - LEAST_COST);
    tenant.credit -= credited;
    charge(tenant, cost - credited);
    return cost;
  }

  /**
   * Gives back a slot.
   *
   * @param charged by {@link #start}
   * @param bytes that came in truth
   */
  void ended(TenantTurns<T> tenant, long charged, long bytes, boolean whole) {
    running--;
    tenant.running--;
    long cost = Math.max(bytes, LEAST_COST);
    if (cost > charged) {
      charge(tenant, cost - charged);
    } else {
      tenant.credit += charged - cost;
    }
    if (whole) {
      meanBytes += (bytes - meanBytes) / MEAN_OF;
    }
    forget(tenant);
  }

  private void charge(TenantTurns<T> tenant, long bytes) {
    boolean isReady = ready.remove(tenant);
    tenant.tag += bytes;
    if (isReady) {
      ready.add(tenant);
    }
  }

  private void forget(TenantTurns<T> tenant) {
    if (isIdle(tenant) && tenant.tag <= now) {
      tenants.remove(tenant.name);
    } else if (tenants.size() > MAX_AT_REST && ++turns % MAX_AT_REST == 0) {
      tenants.values().removeIf(LaneTurns::isIdle);
    }
  }

  private static boolean isIdle(TenantTurns<?> tenant) {
    return tenant.waiting == 0 && tenant.running == 0;
  }

  void show(TenantTurns<T> tenant, Stand<T> stand, long level) {
    if (!tenant.isShown()) {
      ready.add(tenant);
    }
    tenant.show(stand, level);
  }

  void hide(TenantTurns<T> tenant, Stand<T> stand, long level) {
    tenant.hide(stand, level);
    if (!tenant.isShown()) {
      ready.remove(tenant);
    }
  }
}
