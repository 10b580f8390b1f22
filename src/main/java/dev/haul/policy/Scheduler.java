package dev.haul.policy;

import dev.haul.job.Failure;
import dev.haul.policy.SlotWish.Host;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A queue of waiters for a bounded number of slots. Of those whose host and credential have room,
 * the next is found in this order:
 *
 * <ol>
 *   <li>the lane that has the fewest slots for its weight;
 *   <li>in it, the tenant that has had the fewest bytes ({@link LaneTurns});
 *   <li>of its waiters, the highest priority, where each minute of waiting counts as one more;
 *   <li>the hosts in turn, and for one host the first that came.
 * </ol>
 *
 * <p>While a lane has no slot, the others leave one free for it, of all and of each host, where
 * there are more slots than lanes.
 *
 * <p>Every operation takes logarithmic time however many wait: a host without room stands nowhere
 * but in its own list, and with room it stands in the lane's order once, for the tenant that is
 * next there. Times are nanoseconds of a monotonic clock with any origin.
 *
 * @param <T> a waiter
 */
public final class Scheduler<T> {
  /** Hosts at rest whose limits are remembered. */
  private static final int MAX_AT_REST = 4096;

  private enum Phase {
    WAITS,
    RUNS,
    OVER
  }

  /** A waiter in its place. */
  public static final class Ticket<T> {
    private final T waiter;
    private final OptionalLong bytes;
    final long level;
    final TenantTurns<T> tenant;
    private final Stand<T> stand;
    private Phase phase = Phase.WAITS;
    private long startedNanos;
    private long charged;

    private Ticket(T waiter, SlotWish wish, long level, TenantTurns<T> tenant, Stand<T> stand) {
      this.waiter = waiter;
      this.bytes = wish.bytes();
      this.level = level;
      this.tenant = tenant;
      this.stand = stand;
    }

    public T waiter() {
      return waiter;
    }
  }

  private final int maxConcurrent;
  private final int maxPerCredential;
  private final BiFunction<Host, Long, HostGovernor> governors;
  private final Map<String, LaneTurns<T>> lanes = new HashMap<>();

  /** The lanes that a slot is kept for. */
  private final List<LaneTurns<T>> configured;

  private final Map<Host, HostQueue<T>> hosts = new HashMap<>();
  private final Map<String, CredentialSlots<T>> credentials = new HashMap<>();

  /** Hosts that may have room by time alone, the next first. */
  private final TreeSet<HostQueue<T>> timed = new TreeSet<>(HostQueue.byTime());

  private int running;
  private int waiting;
  private long turn;

  /**
   * @param weights of the lanes; any other has the weight 1
   * @param governors makes one for a host, given the time
   */
  public Scheduler(
      int maxConcurrent,
      int maxPerCredential,
      Map<String, Integer> weights,
      BiFunction<Host, Long, HostGovernor> governors) {
    this.maxConcurrent = maxConcurrent;
    this.maxPerCredential = maxPerCredential;
    this.governors = governors;
    weights.forEach((name, weight) -> lanes.put(name, new LaneTurns<>(name, weight)));
    this.configured = List.copyOf(lanes.values());
  }

  /** Adds a waiter. */
  public Ticket<T> offer(SlotWish wish, T waiter, long nowNanos) {
    LaneTurns<T> lane = lanes.computeIfAbsent(wish.lane(), name -> new LaneTurns<>(name, 1));
    HostQueue<T> host =
        hosts.computeIfAbsent(
            wish.host(), name -> new HostQueue<>(name, governors.apply(name, nowNanos)));
    Stand<T> stand = host.stand(lane, credential(wish.credential()));
    long level = TenantTurns.level(wish.priority(), nowNanos);
    var ticket = new Ticket<>(waiter, wish, level, lane.join(wish.tenant()), stand);
    stand.add(ticket);
    waiting++;
    host.waiting++;
    look(host, nowNanos);
    return ticket;
  }

  private @Nullable CredentialSlots<T> credential(@Nullable String name) {
    return name == null
        ? null
        : credentials.computeIfAbsent(name, _ -> new CredentialSlots<>(name, maxPerCredential));
  }

  /** Takes the slots of the next waiter that may run and returns it; null when none may now. */
  public @Nullable Ticket<T> poll(long nowNanos) {
    while (!timed.isEmpty() && timed.first().wakeNanos() - nowNanos <= 0) {
      look(timed.first(), nowNanos);
    }
    LaneTurns<T> lane = nextLane();
    return lane == null ? null : start(lane.next(), nowNanos);
  }

  private @Nullable LaneTurns<T> nextLane() {
    LaneTurns<T> next = null;
    for (LaneTurns<T> lane : lanes.values()) {
      if (lane.isReady()
          && running + kept(lane) < maxConcurrent
          && (next == null || lane.isBefore(next))) {
        next = lane;
      }
    }
    return next;
  }

  /** Slots that a lane leaves to others. */
  private int kept(LaneTurns<T> lane) {
    int kept = 0;
    if (maxConcurrent > configured.size()) {
      for (LaneTurns<T> other : configured) {
        if (other != lane && other.running() == 0) {
          kept++;
        }
      }
    }
    return kept;
  }

  private Ticket<T> start(Ticket<T> ticket, long nowNanos) {
    Stand<T> stand = ticket.stand;
    stand.remove(ticket);
    ticket.phase = Phase.RUNS;
    ticket.startedNanos = nowNanos;
    ticket.charged = stand.lane.start(ticket.tenant, ticket.bytes, ++turn);
    waiting--;
    running++;
    stand.host.waiting--;
    stand.host.started(stand.lane, nowNanos);
    if (stand.credential != null) {
      stand.credential.started();
    }
    look(stand.host, nowNanos);
    return ticket;
  }

  /**
   * Gives back the slots of a waiter that {@link #poll} returned.
   *
   * @param failure that says the sign, null for none
   * @param bytes that came
   * @return whether the host is down, and that is why it ended
   * @throws IllegalStateException when it does not run
   */
  public boolean ended(
      Ticket<T> ticket, HostSign sign, @Nullable Failure failure, long bytes, long nowNanos) {
    if (ticket.phase != Phase.RUNS) {
      throw new IllegalStateException("does not run: " + ticket.waiter);
    }
    ticket.phase = Phase.OVER;
    Stand<T> stand = ticket.stand;
    running--;
    stand.lane.ended(ticket.tenant, ticket.charged, bytes, sign == HostSign.WELL);
    stand.host.ended(stand.lane, sign, failure, bytes, ticket.startedNanos, nowNanos);
    if (stand.credential != null) {
      stand.credential.ended();
    }
    boolean down = sign == HostSign.DOWN && stand.host.governor.isDown();
    left(stand, nowNanos);
    return down;
  }

  /**
   * Removes a waiter that has given up.
   *
   * @return false when it does not wait
   */
  public boolean remove(Ticket<T> ticket, long nowNanos) {
    if (ticket.phase != Phase.WAITS) {
      return false;
    }
    ticket.phase = Phase.OVER;
    Stand<T> stand = ticket.stand;
    stand.remove(ticket);
    stand.lane.leave(ticket.tenant);
    waiting--;
    stand.host.waiting--;
    left(stand, nowNanos);
    return true;
  }

  private void left(Stand<T> stand, long nowNanos) {
    look(stand.host, nowNanos);
    stand.tickets--;
    if (stand.tickets == 0) {
      stand.host.forget(stand);
      if (stand.credential != null && stand.credential.stands.isEmpty()) {
        credentials.remove(stand.credential.name);
      }
    }
    boolean full = hosts.size() > MAX_AT_REST;
    if (stand.host.isIdle() && (full || !stand.host.governor.remembers(nowNanos))) {
      timed.remove(stand.host);
      hosts.remove(stand.host.name);
    }
  }

  /** Forgets the hosts at rest of which time has left nothing to remember; for now and then. */
  public void tidy(long nowNanos) {
    hosts.values().removeIf(host -> host.isIdle() && !host.governor.remembers(nowNanos));
  }

  private void look(HostQueue<T> host, long nowNanos) {
    timed.remove(host);
    host.look(nowNanos, configured);
    if (host.wakes()) {
      timed.add(host);
    }
  }

  /** Nanoseconds after which {@link #poll} is worth another look by time alone; -1 for never. */
  public long nanosUntilNext(long nowNanos) {
    return timed.isEmpty() ? -1 : Math.max(timed.first().wakeNanos() - nowNanos, 0);
  }

  /** How long the host of a waiter has been down; 0 when it is not. */
  public long downNanos(Ticket<T> ticket, long nowNanos) {
    return ticket.stand.host.governor.downNanos(nowNanos);
  }

  /** Of the last attempt that found the host of a waiter down. */
  public @Nullable Failure lastFailure(Ticket<T> ticket) {
    return ticket.stand.host.governor.lastFailure();
  }

  /** Whether attempts at a host would be in vain now. */
  public boolean isDown(Host host) {
    HostQueue<T> known = hosts.get(host);
    return known != null && known.governor.isDown();
  }

  /** Of each host that is remembered. */
  public List<HostReport> reports(long nowNanos) {
    return hosts.values().stream().map(host -> host.report(nowNanos)).toList();
  }

  /** Slots taken. */
  public int running() {
    return running;
  }

  public int waiting() {
    return waiting;
  }

  /** Hosts that are remembered. */
  int hosts() {
    return hosts.size();
  }
}
