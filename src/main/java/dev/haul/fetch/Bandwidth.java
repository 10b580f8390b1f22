package dev.haul.fetch;

import dev.haul.policy.Allowance;
import dev.haul.policy.ByteBudget;
import dev.haul.policy.Quota;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits the bytes per second of all transfers of a worker, and of those of a host. A transfer
 * takes grants of 64 KiB; without one it stops reading its socket until its turn has come. Turns go
 * round over all event loops, so that no loop and no transfer gets more than another.
 *
 * <p>Shared by the event loops: its methods are synchronized, since two loops may ask for the last
 * grant at once. With no limit there is no meter and nothing is asked.
 */
public final class Bandwidth {
  /** Hosts whose budgets are kept while nothing comes from them. */
  private static final int MAX_AT_REST = 1024;

  private static final class Host {
    final ByteBudget<Meter> budget;
    int meters;

    Host(ByteBudget<Meter> budget) {
      this.budget = budget;
    }
  }

  private final List<Allowance> allowances;
  private final List<Quota> quotas;
  private final ZoneId zone;
  private final Map<String, Host> hosts = new HashMap<>();
  private final InstantSource clock;
  private final ByteBudget<Meter> all;

  /**
   * @param zone of the times of the allowances
   */
  public Bandwidth(
      List<Allowance> allowances, List<Quota> quotas, ZoneId zone, InstantSource clock) {
    this.allowances = List.copyOf(allowances);
    this.quotas = List.copyOf(quotas);
    this.zone = zone;
    this.clock = clock;
    this.all = new ByteBudget<>(allowed(), System.nanoTime());
  }

  private long allowed() {
    return Allowance.bytesPerSecond(allowances, clock.instant().atZone(zone).toLocalTime());
  }

  /** What one body has left of its grants. Belongs to the event loop of its transfer. */
  final class Meter {
    private final String host;
    private final List<ByteBudget<Meter>> budgets;
    private final Runnable granted;
    private long left;
    private boolean waiting;
    private boolean closed;

    /** The budgets that have granted already; guarded by the bandwidth. */
    private int passed;

    private Meter(String host, List<ByteBudget<Meter>> budgets, Runnable granted) {
      this.host = host;
      this.budgets = List.copyOf(budgets);
      this.granted = granted;
    }

    /** Counts bytes that have come; false when no more may come for now. */
    boolean take(int bytes) {
      left -= bytes;
      return left > 0 || waiting || ask();
    }

    boolean isWaiting() {
      return waiting;
    }

    private boolean ask() {
      while (left <= 0) {
        if (!grant(this, System.nanoTime())) {
          waiting = true;
          return false;
        }
        left += ByteBudget.GRANT;
      }
      return true;
    }

    /** Takes a grant that was waited for; on the event loop of the transfer. */
    void goOn() {
      if (waiting && !closed) {
        waiting = false;
        left += ByteBudget.GRANT;
        var _ = left > 0 || ask();
      }
    }

    /** The body is over. */
    void close() {
      if (!closed) {
        closed = true;
        drop(this);
      }
    }
  }

  /**
   * The meter of a new body; null when nothing limits it.
   *
   * @param granted called on any thread when {@link Meter#goOn} has to be called on the right one
   */
  synchronized @Nullable Meter meter(String host, Runnable granted) {
    var budgets = new ArrayList<ByteBudget<Meter>>(2);
    long limit = limit(host);
    if (limit > 0) {
      Host shared =
          hosts.computeIfAbsent(host, _ -> new Host(new ByteBudget<>(limit, System.nanoTime())));
      shared.meters++;
      budgets.add(shared.budget);
    }
    if (!allowances.isEmpty()) {
      budgets.add(all);
    }
    return budgets.isEmpty() ? null : new Meter(host, budgets, granted);
  }

  private long limit(String host) {
    for (Quota quota : quotas) {
      if (quota.isFor(host)) {
        return quota.bytesPerSecond();
      }
    }
    return 0;
  }

  /**
   * Whether all budgets grant; otherwise the meter stands in the queue of the first that does not.
   */
  private synchronized boolean grant(Meter meter, long nowNanos) {
    return pass(meter, nowNanos);
  }

  private static boolean pass(Meter meter, long nowNanos) {
    while (meter.passed < meter.budgets.size()) {
      ByteBudget<Meter> budget = meter.budgets.get(meter.passed);
      if (!budget.take(nowNanos)) {
        budget.offer(meter);
        return false;
      }
      meter.passed++;
    }
    meter.passed = 0;
    return true;
  }

  private synchronized void drop(Meter meter) {
    for (ByteBudget<Meter> budget : meter.budgets) {
      budget.remove(meter);
      budget.giveBack(meter.left);
    }
    Host shared = hosts.get(meter.host);
    if (shared != null && meter.budgets.contains(shared.budget)) {
      shared.meters--;
      if (shared.meters == 0 && hosts.size() > MAX_AT_REST) {
        hosts.remove(meter.host);
      }
    }
  }

  /** Grants what time has brought; any event loop does so now and then, for all. */
  synchronized void tick(long nowNanos) {
    if (!allowances.isEmpty()) {
      all.rate(allowed(), nowNanos);
    }
    hosts.values().forEach(host -> grantWaiters(host.budget, nowNanos));
    grantWaiters(all, nowNanos);
  }

  private static void grantWaiters(ByteBudget<Meter> budget, long nowNanos) {
    for (Meter meter = budget.poll(nowNanos); meter != null; meter = budget.poll(nowNanos)) {
      meter.passed++;
      if (pass(meter, nowNanos)) {
        meter.granted.run();
      }
    }
  }
}
