package dev.haul.policy;

import dev.haul.policy.SlotWish.Host;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * What a job costs the {@link Scheduler}, by how many wait, in the shapes that could make it slow:
 * {@code java -cp target/classes:target/test-classes dev.haul.policy.SchedulerBench}.
 */
final class SchedulerBench {
  private static final int JOBS = 200_000;

  private SchedulerBench() {}

  public static void main(String[] arguments) {
    int[][] shapes = {{1, 1}, {1, 100_000}, {100_000, 1}, {1000, 1000}};
    for (int round = 0; round < 2; round++) {
      for (int[] shape : shapes) {
        for (int waiters = 2048; waiters <= 131_072; waiters *= 8) {
          long nanos = nanosPerJob(waiters, shape[0], shape[1]);
          System.out.printf(
              "%,9d waiting, %,7d hosts, %,7d tenants: %,6d ns a job%n",
              waiters, shape[0], shape[1], nanos);
        }
      }
    }
  }

  private static long nanosPerJob(int waiters, int hosts, int tenants) {
    var random = new SplittableRandom(1);
    var scheduler =
        new Scheduler<Integer>(
            64,
            64,
            Map.of("jobs", 1),
            (_, now) -> new HostGovernor(new HostLimit.Fixed(32), 0, now));
    Deque<Scheduler.Ticket<Integer>> running = new ArrayDeque<>();
    long start = 0;
    for (int i = 0; i < waiters + JOBS; i++) {
      if (i == waiters) {
        start = System.nanoTime();
      }
      var wish =
          new SlotWish(
              "jobs",
              new Host("h" + random.nextInt(hosts), 443),
              null,
              "t" + random.nextInt(tenants),
              random.nextInt(10),
              OptionalLong.empty());
      scheduler.offer(wish, i, i * 1_000_000L);
      if (i >= waiters) {
        for (var it = scheduler.poll(i); it != null; it = scheduler.poll(i)) {
          running.add(it);
        }
        scheduler.ended(running.remove(), HostSign.WELL, null, 1 << 20, i);
      }
    }
    return (System.nanoTime() - start) / JOBS;
  }
}
