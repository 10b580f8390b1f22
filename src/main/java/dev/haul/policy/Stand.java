package dev.haul.policy;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The waiters of one lane for one host with one credential. While there is room for one of them, it
 * shows the lane the tenant that has had the least.
 */
final class Stand<T> {
  /** The waiters of one tenant, by level. */
  private static final class Queue<T> {
    final TenantTurns<T> tenant;
    final TreeMap<Long, SequencedSet<Scheduler.Ticket<T>>> levels = new TreeMap<>();

    /** The tenant's tag when this queue was last put in order; never above the true one. */
    long tag;

    Queue(TenantTurns<T> tenant) {
      this.tenant = tenant;
      this.tag = tenant.tag;
    }
  }

  final LaneTurns<T> lane;
  final HostQueue<T> host;
  final @Nullable CredentialSlots<T> credential;
  private final Map<TenantTurns<T>, Queue<T>> queues = new HashMap<>();
  private final TreeSet<Queue<T>> order =
      new TreeSet<>(
          Comparator.<Queue<T>>comparingLong(queue -> queue.tag)
              .thenComparing(queue -> queue.tenant.name));
  private @Nullable Queue<T> shown;
  private long shownLevel;
  private boolean hostHasRoom;

  /** Tickets that wait here or run. */
  int tickets;

  Stand(LaneTurns<T> lane, HostQueue<T> host, @Nullable CredentialSlots<T> credential) {
    this.lane = lane;
    this.host = host;
    this.credential = credential;
  }

  void add(Scheduler.Ticket<T> ticket) {
    Queue<T> queue = queues.get(ticket.tenant);
    if (queue == null) {
      queue = new Queue<>(ticket.tenant);
      queues.put(ticket.tenant, queue);
      order.add(queue);
    }
    queue.levels.computeIfAbsent(ticket.level, _ -> new LinkedHashSet<>()).add(ticket);
    tickets++;
  }

  /** Removes a waiter. Until {@link #look} nothing of this stand is shown. */
  void remove(Scheduler.Ticket<T> ticket) {
    hide();
    queues.computeIfPresent(
        ticket.tenant,
        (_, queue) -> {
          queue.levels.computeIfPresent(
              ticket.level,
              (_, waiters) -> {
                waiters.remove(ticket);
                return waiters.isEmpty() ? null : waiters;
              });
          if (!queue.levels.isEmpty()) {
            return queue;
          }
          order.remove(queue);
          return null;
        });
  }

  /** The waiter that is shown. */
  Scheduler.Ticket<T> first() {
    if (shown == null) {
      throw new IllegalStateException("nothing is shown");
    }
    return shown.levels.firstEntry().getValue().getFirst();
  }

  boolean shows(TenantTurns<T> tenant) {
    return shown != null && shown.tenant == tenant;
  }

  void look(boolean hostHasRoom) {
    this.hostHasRoom = hostHasRoom;
    look();
  }

  /** Shows what should be shown now. */
  void look() {
    boolean hasRoom = hostHasRoom && (credential == null || credential.hasRoom());
    Queue<T> best = hasRoom ? best() : null;
    if (best == null) {
      hide();
    } else if (best != shown || best.levels.firstKey() != shownLevel) {
      hide();
      shown = best;
      shownLevel = best.levels.firstKey();
      lane.show(best.tenant, this, shownLevel);
    }
  }

  private void hide() {
    if (shown != null) {
      lane.hide(shown.tenant, this, shownLevel);
      shown = null;
    }
  }

  /** Tags only grow: a queue whose tag is up to date and the lowest is the best. */
  private @Nullable Queue<T> best() {
    while (!order.isEmpty()) {
      Queue<T> first = order.first();
      if (first.tag == first.tenant.tag) {
        return first;
      }
      order.remove(first);
      first.tag = first.tenant.tag;
      order.add(first);
    }
    return null;
  }
}
