package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.InvalidField;
import dev.haul.policy.Scheduler.Ticket;
import dev.haul.policy.SlotWish.Host;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SchedulerTest {
  static final long SECOND = 1_000_000_000;
  private static final Failure REFUSED = Failure.of(ErrorCode.CONNECT, "refused");

  private long now;
  private final Map<String, Ticket<String>> tickets = new LinkedHashMap<>();

  private static Scheduler<String> scheduler(
      int maxConcurrent, int maxPerHost, Map<String, Integer> weights) {
    return new Scheduler<>(
        maxConcurrent,
        3,
        weights,
        (host, nowNanos) ->
            new HostGovernor(
                new HostLimit.Fixed(maxPerHost), host.name().equals("slow") ? 2 : 0, nowNanos));
  }

  /**
   * Offers waiters named {@code host:number}, or {@code lane/host:number}; behind that {@code
   * @priority}, {@code +tenant}, {@code =bytes} and {@code !credential}, in this order.
   */
  private void offer(Scheduler<String> scheduler, String... waiters) {
    for (String waiter : waiters) {
      String lane = waiter.contains("/") ? waiter.replaceAll("/.*", "") : "jobs";
      String host = waiter.replaceAll(".*/|:.*", "");
      String priority = part(waiter, "@", "5");
      String bytes = part(waiter, "=", "");
      String credential = part(waiter, "!", "");
      var wish =
          new SlotWish(
              lane,
              new Host(host, 443),
              credential.isEmpty() ? null : credential,
              part(waiter, "\\+", ""),
              Integer.parseInt(priority),
              bytes.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(bytes)));
      tickets.put(waiter, scheduler.offer(wish, waiter, now));
    }
  }

  private static String part(String waiter, String mark, String other) {
    return waiter.matches(".*" + mark + ".*")
        ? waiter.replaceAll(".*" + mark + "([A-Za-z0-9]+).*", "$1")
        : other;
  }

  private Scheduler<String> with(int maxConcurrent, int maxPerHost, String... waiters) {
    Scheduler<String> scheduler = scheduler(maxConcurrent, maxPerHost, Map.of("jobs", 1));
    offer(scheduler, waiters);
    return scheduler;
  }

  private List<String> pollAll(Scheduler<String> scheduler) {
    var polled = new ArrayList<String>();
    for (var ticket = scheduler.poll(now); ticket != null; ticket = scheduler.poll(now)) {
      polled.add(ticket.waiter());
    }
    return polled;
  }

  private boolean end(Scheduler<String> scheduler, String waiter, HostSign sign, long bytes) {
    Failure failure = sign == HostSign.DOWN ? REFUSED : null;
    return scheduler.ended(tickets.get(waiter), sign, failure, bytes, now);
  }

  private void end(Scheduler<String> scheduler, String... waiters) {
    for (String waiter : waiters) {
      end(scheduler, waiter, HostSign.WELL, 1);
    }
  }

  @Nested
  class Limits {
    @Test
    void no_more_run_than_there_are_slots() {
      Scheduler<String> scheduler = with(2, 2, "a:1", "b:1", "c:1");
      assertThat(pollAll(scheduler)).containsExactly("a:1", "b:1");
      assertThat(scheduler.running()).isEqualTo(2);
      assertThat(scheduler.waiting()).isEqualTo(1);
      end(scheduler, "a:1");
      assertThat(pollAll(scheduler)).containsExactly("c:1");
    }

    @Test
    void no_more_run_for_a_host_than_it_may_have() {
      Scheduler<String> scheduler = with(9, 2, "a:1", "a:2", "a:3", "a:4", "b:1");
      assertThat(pollAll(scheduler)).containsExactly("a:1", "b:1", "a:2");
      end(scheduler, "b:1");
      assertThat(pollAll(scheduler)).isEmpty();
      end(scheduler, "a:1");
      assertThat(pollAll(scheduler)).containsExactly("a:3");
    }

    @Test
    void no_more_run_with_a_credential_than_may_whatever_the_host() {
      Scheduler<String> scheduler = with(9, 9, "a:1!z", "b:1!z", "c:1!z", "d:1!z", "d:2");
      assertThat(pollAll(scheduler)).containsExactly("a:1!z", "b:1!z", "c:1!z", "d:2");
      end(scheduler, "b:1!z");
      assertThat(pollAll(scheduler)).containsExactly("d:1!z");
    }

    @Test
    void no_more_start_in_a_second_than_a_host_may_have() {
      Scheduler<String> scheduler = with(9, 9, "slow:1", "slow:2", "slow:3", "a:1");
      assertThat(pollAll(scheduler)).containsExactly("slow:1", "a:1");
      assertThat(scheduler.nanosUntilNext(now)).isEqualTo(SECOND / 2);
      now += SECOND / 2;
      assertThat(pollAll(scheduler)).containsExactly("slow:2");
      now += SECOND / 2;
      assertThat(pollAll(scheduler)).containsExactly("slow:3");
      assertThat(scheduler.nanosUntilNext(now)).as("nobody waits").isEqualTo(-1);
    }

    @Test
    void no_more_start_in_a_second_though_the_host_was_at_rest_between_them() {
      Scheduler<String> scheduler = with(9, 9, "slow:1");
      assertThat(pollAll(scheduler)).containsExactly("slow:1");
      end(scheduler, "slow:1");

      offer(scheduler, "slow:2");
      assertThat(pollAll(scheduler)).isEmpty();
      now += SECOND / 2;
      assertThat(pollAll(scheduler)).containsExactly("slow:2");
    }
  }

  @Nested
  class Turns {
    @Test
    void go_from_host_to_host_and_waiters_of_one_keep_their_order() {
      Scheduler<String> scheduler = with(9, 9, "a:1", "a:2", "a:3", "b:1", "b:2", "c:1");
      assertThat(pollAll(scheduler)).containsExactly("a:1", "b:1", "c:1", "a:2", "b:2", "a:3");
    }

    @Test
    void go_to_higher_priorities_first() {
      Scheduler<String> scheduler = with(9, 9, "a:1@0", "a:2", "b:1@9", "a:3@9", "b:2@6", "b:3@9");
      assertThat(pollAll(scheduler))
          .containsExactly("b:1@9", "a:3@9", "b:3@9", "b:2@6", "a:2", "a:1@0");
    }

    @Test
    void pass_by_a_saturated_host_for_a_lower_priority() {
      Scheduler<String> scheduler = with(9, 1, "a:1@9", "a:2@9", "b:1@0");
      assertThat(pollAll(scheduler)).containsExactly("a:1@9", "b:1@0");
    }

    @Test
    void pass_by_who_gave_up() {
      Scheduler<String> scheduler = with(9, 9, "a:1", "a:2", "b:1", "b:2@7");
      assertThat(scheduler.remove(tickets.get("a:1"), now)).isTrue();
      assertThat(scheduler.remove(tickets.get("a:1"), now)).as("gone already").isFalse();
      assertThat(scheduler.remove(tickets.get("b:2@7"), now)).isTrue();
      assertThat(scheduler.waiting()).isEqualTo(2);
      assertThat(pollAll(scheduler)).containsExactlyInAnyOrder("a:2", "b:1");
      assertThat(scheduler.remove(tickets.get("a:2"), now)).as("runs").isFalse();
    }

    @Test
    void come_to_a_low_priority_that_has_waited_long_enough() {
      Scheduler<String> scheduler = with(1, 1, "a:0@9", "a:1@0");
      assertThat(pollAll(scheduler)).containsExactly("a:0@9");
      String running = "a:0@9";
      for (int minute = 1; minute <= 12; minute++) {
        now = 60L * minute * SECOND;
        String urgent = "a:" + (minute + 1) + "@9";
        offer(scheduler, urgent);
        end(scheduler, running);
        running = pollAll(scheduler).getFirst();
        if (running.equals("a:1@0")) {
          assertThat(minute).as("minutes").isEqualTo(9);
          return;
        }
      }
      assertThat(running).as("starves").isEqualTo("a:1@0");
    }
  }

  @Nested
  class Tenants {
    @Test
    void share_by_bytes() {
      Scheduler<String> scheduler = scheduler(1, 1, Map.of("jobs", 1));
      int mib = 1 << 20;
      for (int i = 0; i < 40; i++) {
        offer(scheduler, "a:%d+large=%d".formatted(i, 8 * mib));
      }
      for (int i = 0; i < 40; i++) {
        offer(scheduler, "a:%d+small=%d".formatted(i, mib));
      }
      int large = 0;
      int small = 0;
      for (int i = 0; i < 27; i++) {
        String waiter = pollAll(scheduler).getFirst();
        boolean isLarge = waiter.contains("large");
        large += isLarge ? 8 : 0;
        small += isLarge ? 0 : 1;
        assertThat(Math.abs(large - small)).isLessThanOrEqualTo(9);
        end(scheduler, waiter, HostSign.WELL, isLarge ? 8 * mib : mib);
      }
    }

    @Test
    void do_not_outrank_each_other_by_priority() {
      Scheduler<String> scheduler =
          with(1, 1, "a:1@9+x=99999", "a:2@9+x=99999", "a:3@9+x=99999", "a:4@0+y=99999");
      String first = pollAll(scheduler).getFirst();
      end(scheduler, first, HostSign.WELL, 99999);
      assertThat(pollAll(scheduler)).containsExactly("a:4@0+y=99999");
    }

    @Test
    void that_come_late_get_no_more_than_their_share_from_then_on() {
      Scheduler<String> scheduler = with(1, 1);
      for (int i = 0; i < 9; i++) {
        offer(scheduler, "a:%d+old=1000000".formatted(i));
        end(scheduler, pollAll(scheduler).getFirst(), HostSign.WELL, 1_000_000);
      }
      for (int i = 10; i < 20; i++) {
        offer(scheduler, "a:%d+old=1000000".formatted(i), "a:%d+new=1000000".formatted(i));
      }
      var order = new ArrayList<String>();
      for (int i = 0; i < 10; i++) {
        String waiter = pollAll(scheduler).getFirst();
        order.add(waiter);
        end(scheduler, waiter, HostSign.WELL, 1_000_000);
      }
      assertThat(order.stream().filter(waiter -> waiter.contains("new")).count()).isBetween(5L, 6L);
    }

    @Test
    void with_many_hosts_get_no_more_than_one_with_a_single_host() {
      Scheduler<String> scheduler = scheduler(2, 2, Map.of("jobs", 1));
      for (int i = 0; i < 50; i++) {
        offer(scheduler, "many%d:1+x=1000000".formatted(i), "one:%d+y=1000000".formatted(i));
      }
      int ofOne = 0;
      List<String> running = pollAll(scheduler);
      for (int i = 0; i < 40; i++) {
        String waiter = running.removeFirst();
        ofOne += waiter.startsWith("one") ? 1 : 0;
        end(scheduler, waiter, HostSign.WELL, 1_000_000);
        running.addAll(pollAll(scheduler));
      }
      assertThat(ofOne).isBetween(19, 21);
    }

    @Test
    void are_not_charged_for_bytes_that_did_not_come() {
      Scheduler<String> scheduler =
          with(1, 1, "a:1+x=100000000", "a:2+x=100000", "a:3+y=100000", "a:4+y=100000");
      String first = pollAll(scheduler).getFirst();
      assertThat(first).isEqualTo("a:1+x=100000000");
      end(scheduler, first, HostSign.WELL, 0);
      end(scheduler, pollAll(scheduler).getFirst(), HostSign.WELL, 100_000);
      end(scheduler, pollAll(scheduler).getFirst(), HostSign.WELL, 100_000);
      assertThat(pollAll(scheduler)).as("its turn comes after 100 MB of the other").isNotEmpty();
    }
  }

  @Nested
  class Lanes {
    private final Scheduler<String> scheduler = scheduler(8, 8, Map.of("bulk", 1, "urgent", 3));

    @Test
    void share_the_slots_by_weight() {
      for (int i = 0; i < 20; i++) {
        offer(scheduler, "bulk/a:" + i, "urgent/b:" + i);
      }
      assertThat(pollAll(scheduler).stream().filter(waiter -> waiter.startsWith("urgent")))
          .hasSize(6);
    }

    @Test
    void leave_one_slot_to_each_other() {
      for (int i = 0; i < 20; i++) {
        offer(scheduler, "bulk/a:" + i);
      }
      assertThat(pollAll(scheduler)).hasSize(7);
      offer(scheduler, "urgent/a:1", "urgent/a:2");
      assertThat(pollAll(scheduler)).containsExactly("urgent/a:1");
      end(scheduler, "bulk/a:0");
      assertThat(pollAll(scheduler)).containsExactly("urgent/a:2");
    }

    @Test
    void of_topics_that_nobody_configured_weigh_one() {
      for (int i = 0; i < 20; i++) {
        offer(scheduler, "retry/a:" + i, "urgent/b:" + i, "bulk/c:" + i);
      }
      assertThat(pollAll(scheduler).stream().filter(waiter -> waiter.startsWith("retry")))
          .hasSizeBetween(1, 2);
    }
  }

  @Nested
  class A_host_that_is_down {
    @Test
    void is_left_alone_and_its_waiters_are_not_blamed() {
      Scheduler<String> scheduler = with(9, 6, "a:1", "a:2", "a:3", "a:4", "a:5", "a:6", "a:7");
      pollAll(scheduler);
      for (int i = 1; i <= 4; i++) {
        assertThat(end(scheduler, "a:" + i, HostSign.DOWN, 0)).isFalse();
      }
      assertThat(pollAll(scheduler)).containsExactly("a:7");
      offer(scheduler, "a:8", "b:1");
      assertThat(end(scheduler, "a:5", HostSign.DOWN, 0)).as("opens").isTrue();
      assertThat(end(scheduler, "a:6", HostSign.DOWN, 0)).isTrue();
      assertThat(end(scheduler, "a:7", HostSign.DOWN, 0)).isTrue();
      assertThat(pollAll(scheduler)).containsExactly("b:1");
      assertThat(scheduler.lastFailure(tickets.get("a:8"))).isEqualTo(REFUSED);

      now += SECOND;
      offer(scheduler, "a:9");
      assertThat(pollAll(scheduler)).as("one probe").containsExactly("a:8");
      assertThat(end(scheduler, "a:8", HostSign.DOWN, 0)).isTrue();
      assertThat(scheduler.nanosUntilNext(now)).isEqualTo(2 * SECOND);
      now += 2 * SECOND;
      offer(scheduler, "a:10", "a:11", "a:12");
      assertThat(pollAll(scheduler)).containsExactly("a:9");
      assertThat(scheduler.downNanos(tickets.get("a:10"), now)).isEqualTo(3 * SECOND);
      end(scheduler, "a:9");
      assertThat(scheduler.downNanos(tickets.get("a:10"), now)).isZero();
      assertThat(pollAll(scheduler)).as("gently").containsExactly("a:10", "a:11");
    }
  }

  @Test
  void an_idle_host_is_forgotten() {
    Scheduler<String> scheduler = with(1, 1, "a:1", "b:1", "c:1");
    assertThat(scheduler.hosts()).isEqualTo(3);
    scheduler.remove(tickets.get("b:1"), now);
    assertThat(scheduler.hosts()).isEqualTo(2);
    pollAll(scheduler);
    end(scheduler, "a:1");
    assertThat(scheduler.hosts()).isEqualTo(1);
    pollAll(scheduler);
    end(scheduler, "c:1");
    assertThat(scheduler.hosts()).isZero();
  }

  @Test
  void a_host_at_rest_is_forgotten_when_there_is_nothing_to_remember_of_it() {
    Scheduler<String> scheduler = with(9, 9, "slow:1");
    pollAll(scheduler);
    end(scheduler, "slow:1");
    scheduler.tidy(now);
    assertThat(scheduler.hosts()).isEqualTo(1);
    now += SECOND / 2;
    scheduler.tidy(now);
    assertThat(scheduler.hosts()).isZero();
  }

  @Test
  void mistakes_are_refused() {
    Scheduler<String> scheduler = with(9, 9, "a:1");
    assertThatThrownBy(() -> end(scheduler, "a:1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("does not run: a:1");
    assertThatThrownBy(() -> offer(scheduler, "b:1@10"))
        .isInstanceOf(InvalidField.class)
        .hasMessage("priority must be from 0 to 9 but was 10");
    assertThat(scheduler.waiting()).isEqualTo(1);
    assertThat(scheduler.hosts()).isEqualTo(1);
  }
}
