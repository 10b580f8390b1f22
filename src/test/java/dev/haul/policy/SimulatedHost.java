package dev.haul.policy;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A server and a client with more work than it can do, in time that passes by events alone. Above
 * its capacity the server takes longer; above its limits it answers 429; while it is down nothing
 * answers.
 *
 * @param perSecond requests granted in any second, 0 for no limit
 * @param atOnce requests granted at once, 0 for no limit
 * @param retryAfter told with a 429, null for none
 * @param capacity requests at once that do not slow each other down
 * @param millis what a request takes then, within a fifth more or less
 * @param downFrom second from which nothing answers
 * @param downTo and until which
 */
record SimulatedHost(
    int perSecond,
    int atOnce,
    @Nullable Duration retryAfter,
    int capacity,
    int millis,
    int downFrom,
    int downTo) {
  private static final long SECOND = 1_000_000_000;
  private static final long FILE_BYTES = 1 << 20;
  private static final long REFUSAL_NANOS = 5_000_000;

  /** What happened in one second, and what the governor thought at its end. */
  record Second(int granted, int refused, int failed, int limit, double perSecond) {
    int requests() {
      return granted + refused + failed;
    }
  }

  private record End(long nanos, long startedNanos, HostSign sign, @Nullable Failure failure) {}

  /** Runs the client for some seconds. */
  List<Second> run(HostGovernor governor, int seconds, long seed) {
    var random = new SplittableRandom(seed);
    var ends = new PriorityQueue<End>(Comparator.comparingLong(End::nanos));
    Deque<Long> granted = new ArrayDeque<>();
    List<Second> told = new ArrayList<>();
    int[] counts = new int[3];
    int serving = 0;
    long now = 0;
    while (told.size() < seconds) {
      while (governor.nanosUntilNext(now) == 0) {
        governor.started(now);
        End end = answer(now, serving, granted, random);
        ends.add(end);
        if (end.sign == HostSign.WELL) {
          serving++;
          granted.add(now);
        }
        counts[end.sign == HostSign.WELL ? 0 : end.sign == HostSign.THROTTLED ? 1 : 2]++;
      }
      long wait = governor.nanosUntilNext(now);
      long next = (told.size() + 1L) * SECOND;
      if (wait > 0) {
        next = Math.min(next, now + wait);
      }
      End end = ends.peek();
      if (end != null && end.nanos <= next) {
        ends.remove();
        now = end.nanos;
        serving -= end.sign == HostSign.WELL ? 1 : 0;
        long bytes = end.sign == HostSign.WELL ? FILE_BYTES : 0;
        governor.ended(end.sign, end.failure, bytes, end.startedNanos, now);
      } else {
        now = next;
      }
      if (now == (told.size() + 1L) * SECOND) {
        told.add(
            new Second(counts[0], counts[1], counts[2], governor.limit(), governor.perSecond(now)));
        counts = new int[3];
      }
    }
    return told;
  }

  private End answer(long now, int serving, Deque<Long> granted, SplittableRandom random) {
    if (now >= downFrom * SECOND && now < downTo * SECOND) {
      return new End(
          now + REFUSAL_NANOS, now, HostSign.DOWN, Failure.of(ErrorCode.CONNECT, "refused"));
    }
    while (!granted.isEmpty() && granted.peek() <= now - SECOND) {
      granted.remove();
    }
    boolean tooFast = perSecond > 0 && granted.size() >= perSecond;
    boolean tooMany = atOnce > 0 && serving >= atOnce;
    if (tooFast || tooMany) {
      var failure = new Failure(ErrorCode.THROTTLED, "429", true, OptionalInt.of(429), retryAfter);
      return new End(now + REFUSAL_NANOS, now, HostSign.THROTTLED, failure);
    }
    double slower = Math.max(1, (serving + 1.0) / capacity);
    double around = 0.8 + 0.4 * random.nextDouble();
    long takes = (long) (millis * 1e6 * slower * around);
    return new End(now + takes, now, HostSign.WELL, null);
  }
}
