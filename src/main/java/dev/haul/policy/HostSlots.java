package dev.haul.policy;

import static java.util.Objects.requireNonNull;

import dev.haul.job.InvalidField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * A queue of waiters for a bounded number of slots, bounded once more for each host. The highest
 * priority goes first; hosts of equal priority take turns, so that the backlog of one starves no
 * other; waiters of one host and priority keep their order.
 *
 * <p>A saturated host stands in no queue, so every operation takes constant time however many wait
 * for it. A host is forgotten as soon as nothing of it waits or runs.
 *
 * @param <T> a waiter; compared by {@code equals}, waits at most once
 */
public final class HostSlots<T> {
  private static final int PRIORITIES = 10;

  /** A host with waiters by priority. */
  private static final class Host<T> {
    final String name;
    final Map<Integer, SequencedSet<T>> waiters = new HashMap<>(2);
    int running;

    Host(String name) {
      this.name = name;
    }
  }

  private final int maxConcurrent;
  private final int maxPerHost;
  private final Map<String, Host<T>> hosts = new HashMap<>();

  /** By priority: the hosts that have a free slot and a waiter, the next in turn first. */
  private final List<SequencedSet<Host<T>>> turns = new ArrayList<>(PRIORITIES);

  private int running;
  private int waiting;

  public HostSlots(int maxConcurrent, int maxPerHost) {
    this.maxConcurrent = maxConcurrent;
    this.maxPerHost = maxPerHost;
    for (int priority = 0; priority < PRIORITIES; priority++) {
      turns.add(new LinkedHashSet<>());
    }
  }

  /**
   * Adds a waiter.
   *
   * @param priority 0 (last) to 9 (first)
   * @throws InvalidField for any other priority
   * @throws IllegalStateException when it waits already with this host and priority
   */
  public void offer(String host, int priority, T waiter) {
    if (priority < 0 || priority >= PRIORITIES) {
      throw new InvalidField("priority", priority, "must be from 0 to 9");
    }
    Host<T> state = hosts.computeIfAbsent(host, Host::new);
    if (!state.waiters.computeIfAbsent(priority, _ -> new LinkedHashSet<>()).add(waiter)) {
      throw new IllegalStateException("waits already for " + host + ": " + waiter);
    }
    waiting++;
    if (state.running < maxPerHost) {
      turns.get(priority).add(state);
    }
  }

  /** Takes the slots of the next waiter that may run and returns it; null when none may. */
  public @Nullable T poll() {
    if (running == maxConcurrent) {
      return null;
    }
    for (int priority = PRIORITIES - 1; priority >= 0; priority--) {
      if (!turns.get(priority).isEmpty()) {
        return start(turns.get(priority).removeFirst(), priority);
      }
    }
    return null;
  }

  private T start(Host<T> host, int priority) {
    SequencedSet<T> queue = requireNonNull(host.waiters.get(priority));
    T waiter = queue.removeFirst();
    waiting--;
    running++;
    host.running++;
    if (queue.isEmpty()) {
      host.waiters.remove(priority);
    } else {
      turns.get(priority).add(host);
    }
    if (host.running == maxPerHost) {
      host.waiters.keySet().forEach(each -> turns.get(each).remove(host));
    }
    return waiter;
  }

  /**
   * Gives back the slots of a waiter that {@link #poll} returned.
   *
   * @throws IllegalStateException when nothing of the host runs
   */
  public void release(String host) {
    Host<T> state = hosts.get(host);
    if (state == null || state.running == 0) {
      throw new IllegalStateException("nothing runs for " + host);
    }
    running--;
    state.running--;
    state.waiters.keySet().forEach(priority -> turns.get(priority).add(state));
    forgetIfIdle(state);
  }

  /**
   * Removes a waiter that has given up.
   *
   * @return false when it does not wait, because it runs or never came
   */
  public boolean remove(String host, T waiter) {
    Host<T> state = hosts.get(host);
    if (state == null) {
      return false;
    }
    for (int priority = 0; priority < PRIORITIES; priority++) {
      SequencedSet<T> queue = state.waiters.get(priority);
      if (queue != null && queue.remove(waiter)) {
        waiting--;
        if (queue.isEmpty()) {
          state.waiters.remove(priority);
          turns.get(priority).remove(state);
          forgetIfIdle(state);
        }
        return true;
      }
    }
    return false;
  }

  private void forgetIfIdle(Host<T> host) {
    if (host.running == 0 && host.waiters.isEmpty()) {
      hosts.remove(host.name);
    }
  }

  /** Slots taken. */
  public int running() {
    return running;
  }

  public int waiting() {
    return waiting;
  }

  /** Hosts that something waits or runs for. */
  int hosts() {
    return hosts.size();
  }
}
