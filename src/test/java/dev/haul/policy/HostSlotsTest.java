package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.haul.job.InvalidField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostSlotsTest {

  /** Offers waiters named {@code host:number}, or {@code host:number@priority}. */
  private static HostSlots<String> slots(int maxConcurrent, int maxPerHost, String... waiters) {
    var slots = new HostSlots<String>(maxConcurrent, maxPerHost);
    for (String waiter : waiters) {
      int at = waiter.indexOf('@');
      int priority = at < 0 ? 5 : Integer.parseInt(waiter.substring(at + 1));
      slots.offer(host(waiter), priority, waiter);
    }
    return slots;
  }

  private static String host(String waiter) {
    return waiter.substring(0, waiter.indexOf(':'));
  }

  private static List<String> pollAll(HostSlots<String> slots) {
    var polled = new ArrayList<String>();
    for (String waiter = slots.poll(); waiter != null; waiter = slots.poll()) {
      polled.add(waiter);
    }
    return polled;
  }

  @Test
  void no_more_run_than_there_are_slots() {
    HostSlots<String> slots = slots(2, 2, "a:1", "b:1", "c:1");
    assertThat(pollAll(slots)).containsExactly("a:1", "b:1");
    assertThat(slots.running()).isEqualTo(2);
    assertThat(slots.waiting()).isEqualTo(1);
    slots.release("a");
    assertThat(pollAll(slots)).containsExactly("c:1");
  }

  @Test
  void no_more_run_for_a_host_than_it_may_have() {
    HostSlots<String> slots = slots(9, 2, "a:1", "a:2", "a:3", "a:4", "b:1");
    assertThat(pollAll(slots)).containsExactly("a:1", "b:1", "a:2");
    slots.release("b");
    assertThat(pollAll(slots)).isEmpty();
    slots.release("a");
    assertThat(pollAll(slots)).containsExactly("a:3");
  }

  @Test
  void hosts_take_turns_and_waiters_of_one_keep_their_order() {
    HostSlots<String> slots = slots(9, 9, "a:1", "a:2", "a:3", "b:1", "b:2", "c:1");
    assertThat(pollAll(slots)).containsExactly("a:1", "b:1", "c:1", "a:2", "b:2", "a:3");
  }

  @Test
  void higher_priorities_go_first() {
    HostSlots<String> slots = slots(9, 9, "a:1@0", "a:2", "b:1@9", "a:3@9", "b:2@6", "b:3@9");
    assertThat(pollAll(slots)).containsExactly("b:1@9", "a:3@9", "b:3@9", "b:2@6", "a:2", "a:1@0");
  }

  @Test
  void a_saturated_host_does_not_hold_back_a_lower_priority() {
    HostSlots<String> slots = slots(9, 1, "a:1@9", "a:2@9", "b:1@0");
    assertThat(pollAll(slots)).containsExactly("a:1@9", "b:1@0");
  }

  @Test
  void who_gives_up_is_passed_over() {
    HostSlots<String> slots = slots(9, 9, "a:1", "a:2", "b:1", "b:2@7");
    assertThat(slots.remove("a", "a:1")).isTrue();
    assertThat(slots.remove("a", "a:1")).as("gone already").isFalse();
    assertThat(slots.remove("b", "b:2@7")).isTrue();
    assertThat(slots.remove("z", "z:1")).as("unknown").isFalse();
    assertThat(slots.waiting()).isEqualTo(2);
    assertThat(pollAll(slots)).containsExactly("a:2", "b:1");
    assertThat(slots.remove("a", "a:2")).as("runs").isFalse();
  }

  @Test
  void an_idle_host_is_forgotten() {
    HostSlots<String> slots = slots(1, 1, "a:1", "b:1", "c:1");
    assertThat(slots.hosts()).isEqualTo(3);
    slots.remove("b", "b:1");
    assertThat(slots.hosts()).isEqualTo(2);
    slots.poll();
    slots.release("a");
    assertThat(slots.hosts()).isEqualTo(1);
    slots.poll();
    slots.release("c");
    assertThat(slots.hosts()).isZero();
  }

  @Test
  void mistakes_are_refused() {
    HostSlots<String> slots = slots(9, 9, "a:1");
    assertThatThrownBy(() -> slots.offer("a", 5, "a:1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("waits already for a: a:1");
    for (String host : List.of("a", "b")) {
      assertThatThrownBy(() -> slots.release(host))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("nothing runs for " + host);
    }
    assertThatThrownBy(() -> slots.offer("b", 10, "b:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("priority must be from 0 to 9 but was 10");
    assertThat(slots.waiting()).isEqualTo(1);
    assertThat(slots.hosts()).isEqualTo(1);
  }

  @Test
  void limits_hold_and_nobody_is_lost_in_any_order_of_calls() {
    long seed = new SplittableRandom().nextLong();
    System.out.println("HostSlotsTest seed " + seed);
    var random = new SplittableRandom(seed);
    var slots = new HostSlots<String>(20, 4);
    var waiting = new ArrayList<String>();
    var running = new ArrayList<String>();
    for (int i = 0; i < 200_000; i++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          String waiter = "h" + (int) Math.sqrt(random.nextInt(100)) + ":" + i;
          slots.offer(host(waiter), random.nextInt(10), waiter);
          waiting.add(waiter);
        }
        case 2 -> {
          String waiter = slots.poll();
          if (waiter == null) {
            assertThat(running.size() == 20 || allSaturated(waiting, running)).isTrue();
          } else {
            assertThat(waiting.remove(waiter)).isTrue();
            running.add(waiter);
          }
        }
        case 3 -> {
          if (!running.isEmpty()) {
            slots.release(host(running.remove(random.nextInt(running.size()))));
          }
        }
        default -> {
          if (waiting.size() > random.nextInt(200)) {
            String waiter = waiting.remove(random.nextInt(waiting.size()));
            assertThat(slots.remove(host(waiter), waiter)).isTrue();
          }
        }
      }
      assertThat(slots.waiting()).isEqualTo(waiting.size());
      assertThat(slots.running()).isEqualTo(running.size());
      assertThat(byHost(running).values()).allMatch(count -> count <= 4);
    }
  }

  private static boolean allSaturated(List<String> waiting, List<String> running) {
    Map<String, Integer> byHost = byHost(running);
    return waiting.stream().allMatch(waiter -> byHost.getOrDefault(host(waiter), 0) == 4);
  }

  private static Map<String, Integer> byHost(List<String> waiters) {
    var counts = new HashMap<String, Integer>();
    waiters.forEach(waiter -> counts.merge(host(waiter), 1, Integer::sum));
    return counts;
  }

  @Nested
  class Settings {
    @Test
    void have_the_documented_defaults() {
      assertThat(DispatchSettings.DEFAULTS).isEqualTo(new DispatchSettings(64, 32));
    }

    @ParameterizedTest
    @CsvSource({
      "0, 1, dispatch.max-concurrent must be from 1 to 10000 but was 0",
      "10001, 1, dispatch.max-concurrent must be from 1 to 10000 but was 10001",
      "1, 0, dispatch.max-per-host must be from 1 to 10000 but was 0",
    })
    void name_what_is_wrong(int maxConcurrent, int maxPerHost, String message) {
      assertThatThrownBy(() -> new DispatchSettings(maxConcurrent, maxPerHost))
          .isInstanceOf(InvalidField.class)
          .hasMessage(message);
    }

    @Test
    void may_grant_a_host_more_slots_than_there_are() {
      assertThat(new DispatchSettings(1, 32).maxPerHost()).isEqualTo(32);
    }
  }
}
