package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.policy.Scheduler.Ticket;
import dev.haul.policy.SlotWish.Host;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What holds in whatever order the calls come. */
class SchedulerInvariantsTest {
  private static final List<HostSign> HOST_SIGNS = List.of(HostSign.values());
  private static final int SLOTS = 20;
  private static final int PER_HOST = 4;
  private static final int PER_CREDENTIAL = 6;
  private static final Map<String, Integer> WEIGHTS = Map.of("l0", 1, "l1", 2, "l2", 5);

  private record Job(int number, SlotWish wish, long offeredNanos) {}

  private final long seed = new SplittableRandom().nextLong();
  private final SplittableRandom random = new SplittableRandom(seed);
  private final List<Ticket<Job>> waiting = new ArrayList<>();
  private final List<Ticket<Job>> running = new ArrayList<>();
  private long now = random.nextLong(Long.MAX_VALUE / 2);

  private Scheduler<Job> scheduler(Map<String, Integer> weights, boolean adaptive) {
    System.out.println("SchedulerInvariantsTest seed " + seed);
    return new Scheduler<>(
        SLOTS,
        PER_CREDENTIAL,
        weights,
        (_, nowNanos) ->
            new HostGovernor(
                adaptive ? new AimdLimit(PER_HOST) : new HostLimit.Fixed(PER_HOST), 0, nowNanos));
  }

  private SlotWish wish(int lanes) {
    int credential = random.nextInt(6);
    return new SlotWish(
        "l" + random.nextInt(lanes),
        new Host("h" + (int) Math.sqrt(random.nextInt(100)), 443),
        credential > 2 ? null : "c" + credential,
        "t" + random.nextInt(5),
        random.nextInt(10),
        random.nextBoolean() ? OptionalLong.of(random.nextInt(1 << 24)) : OptionalLong.empty());
  }

  private static Map<String, Long> count(List<Ticket<Job>> tickets, Function<SlotWish, String> by) {
    var counts = new HashMap<String, Long>();
    tickets.forEach(ticket -> counts.merge("" + by.apply(ticket.waiter().wish()), 1L, Long::sum));
    return counts;
  }

  private void checkLimits(Scheduler<Job> scheduler) {
    assertThat(scheduler.waiting()).isEqualTo(waiting.size());
    assertThat(scheduler.running()).isEqualTo(running.size()).isLessThanOrEqualTo(SLOTS);
    assertThat(count(running, it -> it.host().name()).values()).allMatch(n -> n <= PER_HOST);
    Map<String, Long> byCredential = count(running, SlotWish::credential);
    byCredential.remove("null");
    assertThat(byCredential.values()).allMatch(n -> n <= PER_CREDENTIAL);
  }

  private void step(Scheduler<Job> scheduler, int number, int lanes, boolean healthy) {
    now += random.nextInt(50_000_000);
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        var job = new Job(number, wish(lanes), now);
        waiting.add(scheduler.offer(job.wish(), job, now));
      }
      case 2, 3 -> {
        Ticket<Job> ticket = scheduler.poll(now);
        if (ticket != null) {
          assertThat(waiting.remove(ticket)).isTrue();
          running.add(ticket);
        } else if (healthy && lanes == 1) {
          assertThat(mayRun()).as("work is conserved").isEmpty();
        }
      }
      case 4 -> {
        if (!running.isEmpty()) {
          Ticket<Job> ticket = running.remove(random.nextInt(running.size()));
          HostSign sign =
              healthy ? HostSign.WELL : HOST_SIGNS.get(random.nextInt(HOST_SIGNS.size()));
          Failure failure = Failure.of(ErrorCode.CONNECT, "no");
          scheduler.ended(ticket, sign, failure, random.nextInt(1 << 24), now);
        }
      }
      default -> {
        if (waiting.size() > random.nextInt(300)) {
          Ticket<Job> ticket = waiting.remove(random.nextInt(waiting.size()));
          assertThat(scheduler.remove(ticket, now)).isTrue();
        }
      }
    }
  }

  private List<Ticket<Job>> mayRun() {
    if (running.size() == SLOTS) {
      return List.of();
    }
    Map<String, Long> hosts = count(running, it -> it.host().name());
    Map<String, Long> credentials = count(running, SlotWish::credential);
    return waiting.stream()
        .filter(it -> hosts.getOrDefault(it.waiter().wish().host().name(), 0L) < PER_HOST)
        .filter(it ->
            it.waiter().wish().credential() == null
                || credentials.getOrDefault(it.waiter().wish().credential(), 0L) < PER_CREDENTIAL)
        .toList();
  }

  /** Ends everything; who is left over was lost. */
  private void drain(Scheduler<Job> scheduler) {
    for (int idle = 0; idle < 100_000 && !(waiting.isEmpty() && running.isEmpty()); idle++) {
      now += 100_000_000;
      for (var it = scheduler.poll(now); it != null; it = scheduler.poll(now)) {
        assertThat(waiting.remove(it)).isTrue();
        running.add(it);
        checkLimits(scheduler);
      }
      running.forEach(it -> scheduler.ended(it, HostSign.WELL, null, 1, now));
      running.clear();
    }
    assertThat(waiting).as("waiters that were lost").isEmpty();
    assertThat(scheduler.waiting()).isZero();
    assertThat(scheduler.running()).isZero();
  }

  @Test
  void limits_hold_work_is_conserved_and_nobody_is_lost() {
    Scheduler<Job> scheduler = scheduler(Map.of("l0", 1), false);
    for (int i = 0; i < 60_000; i++) {
      step(scheduler, i, 1, true);
      checkLimits(scheduler);
    }
    drain(scheduler);
    assertThat(scheduler.hosts()).as("idle hosts are forgotten").isZero();
  }

  @Test
  void limits_hold_and_nobody_is_lost_between_lanes_and_bad_hosts() {
    Scheduler<Job> scheduler = scheduler(WEIGHTS, true);
    for (int i = 0; i < 60_000; i++) {
      step(scheduler, i, 4, false);
      checkLimits(scheduler);
    }
    drain(scheduler);
  }

  /** A waiter is overtaken only by those that came less than their priorities' minutes later. */
  @Test
  void age_bounds_how_long_a_waiter_is_overtaken() {
    Scheduler<Job> scheduler = scheduler(Map.of("l0", 1), false);
    for (int i = 0; i < 20_000; i++) {
      now += 30_000_000_000L / SLOTS;
      var wish =
          new SlotWish(
              "l0",
              new Host("h" + random.nextInt(8), 443),
              null,
              "",
              random.nextInt(10),
              OptionalLong.empty());
      var job = new Job(i, wish, now);
      waiting.add(scheduler.offer(wish, job, now));
      if (running.size() == SLOTS || (random.nextInt(3) == 0 && !running.isEmpty())) {
        scheduler.ended(
            running.remove(random.nextInt(running.size())), HostSign.WELL, null, 1, now);
      }
      Ticket<Job> next = scheduler.poll(now);
      if (next != null) {
        waiting.remove(next);
        running.add(next);
        Job started = next.waiter();
        for (Ticket<Job> other : waiting) {
          Job passed = other.waiter();
          long minutes = started.wish().priority() - passed.wish().priority() + 1L;
          boolean sameHost = started.wish().host().equals(passed.wish().host());
          assertThat(
                  sameHost
                      && started.offeredNanos() - passed.offeredNanos() > minutes * 60_000_000_000L)
              .as("%s overtakes %s", started, passed)
              .isFalse();
        }
      }
    }
  }

  /**
   * Of tenants that always wait, none is more than a file of each ahead (and what is in flight).
   */
  @Test
  void bytes_bound_how_far_a_tenant_gets_ahead() {
    Scheduler<Job> scheduler = scheduler(Map.of("l0", 1), false);
    int largest = 1 << 24;
    long[] had = new long[5];
    for (int tenant = 0; tenant < had.length; tenant++) {
      for (int i = 0; i < 20; i++) {
        offer(scheduler, tenant, largest);
      }
    }
    for (int i = 0; i < 20_000; i++) {
      now += 1_000_000;
      Ticket<Job> next = scheduler.poll(now);
      if (next == null) {
        Ticket<Job> ended = running.remove(random.nextInt(running.size()));
        scheduler.ended(
            ended, HostSign.WELL, null, ended.waiter().wish().bytes().orElseThrow(), now);
        continue;
      }
      int tenant = Integer.parseInt(next.waiter().wish().tenant().substring(1));
      had[tenant] += Math.max(next.waiter().wish().bytes().orElseThrow(), 64 << 10);
      running.add(next);
      offer(scheduler, tenant, largest);
      for (long one : had) {
        for (long other : had) {
          assertThat(one - other).isLessThanOrEqualTo(2L * largest);
        }
      }
    }
  }

  private void offer(Scheduler<Job> scheduler, int tenant, int largest) {
    int bytes = tenant == 0 ? largest : random.nextInt(largest);
    var wish =
        new SlotWish(
            "l0",
            new Host("h0", 443),
            null,
            "t" + tenant,
            random.nextInt(10),
            OptionalLong.of(bytes));
    scheduler.offer(wish, new Job(0, wish, now), now);
  }
}
