package dev.haul.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StrandTest {
  /** Threads by hand. */
  private static final class Hand implements Strand.Pool {
    private final Queue<Runnable> turns = new ArrayDeque<>();
    private boolean awaited;

    @Override
    public void execute(Runnable task) {
      turns.add(task);
    }

    @Override
    public boolean isAwaited() {
      return awaited;
    }
  }

  private final Hand pool = new Hand();
  private final Strand strand = new Strand(pool);
  private final List<String> done = new ArrayList<>();

  private void add(String... names) {
    for (String name : names) {
      strand.execute(() -> done.add(name));
    }
  }

  @Test
  void a_strand_keeps_its_thread_while_nobody_else_wants_it() {
    add("a", "b", "c");
    assertThat(pool.turns).hasSize(1);
    pool.turns.remove().run();

    assertThat(done).containsExactly("a", "b", "c");
    assertThat(pool.turns).isEmpty();
    add("d");
    assertThat(pool.turns).hasSize(1);
  }

  @Test
  void others_get_their_turn_after_each_task() {
    pool.awaited = true;
    add("a", "b");
    pool.turns.remove().run();

    assertThat(done).containsExactly("a");
    assertThat(pool.turns).hasSize(1);
    pool.turns.remove().run();
    assertThat(done).containsExactly("a", "b");
    assertThat(pool.turns).isEmpty();
  }

  @Test
  void a_task_that_throws_takes_none_of_the_next_with_it() {
    strand.execute(() -> {
      throw new IllegalStateException("a fault");
    });
    add("a");
    assertThatThrownBy(() -> pool.turns.remove().run()).isInstanceOf(IllegalStateException.class);

    assertThat(pool.turns).hasSize(1);
    pool.turns.remove().run();
    assertThat(done).containsExactly("a");
  }

  @Test
  void tasks_of_many_threads_run_one_at_a_time_and_none_is_lost() throws InterruptedException {
    int tasks = 20_000;
    var threads = new StorePool(3);
    var shared = new Strand(threads);
    var inside = new AtomicInteger();
    var overlaps = new AtomicInteger();
    var left = new CountDownLatch(2 * tasks);
    List<Thread> givers = new ArrayList<>();
    for (int giver = 0; giver < 2; giver++) {
      givers.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < tasks; i++) {
                  shared.execute(() -> {
                    if (inside.getAndIncrement() > 0) {
                      overlaps.incrementAndGet();
                    }
                    inside.decrementAndGet();
                    left.countDown();
                  });
                }
              }));
    }
    assertThat(left.await(60, TimeUnit.SECONDS)).isTrue();
    for (Thread giver : givers) {
      giver.join();
    }
    threads.close();

    assertThat(overlaps).hasValue(0);
  }
}
