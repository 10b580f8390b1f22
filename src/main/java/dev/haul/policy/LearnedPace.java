package dev.haul.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The requests per second that a host grants, learned from its 429s. None is known until the first.
 * Each one stops all starts for as long as the host asks; what it had let pass until then, over
 * that time and the pause, is its rate. Starts then go on at 80 % of it, evenly, and grow along a
 * cubic (as CUBIC does for windows, RFC 9438): fast while far from the rate that was too much,
 * slowly near it, and faster again beyond, so that a host that grants more is found out and a pace
 * that nobody needs any more is forgotten. Only the first rate is a guess, since buckets and
 * windows look alike to a crowd: it doubles until the host says that it is too much.
 */
final class LearnedPace {
  /** After a 429 that names no time; doubles while nothing but 429s comes. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  private static final Duration LONGEST_GUESS = Duration.ofMinutes(1);
  private static final double DECREASE = 0.2;

  /**
   * From the decrease to where it was too much; as long again, and it is 20 % beyond. So many times
   * the pause that trying it costs.
   */
  private static final double PLATEAU_OF_PAUSE = 6;

  private static final double SHORTEST_PLATEAU_SECONDS = 15;
  private static final double LONGEST_PLATEAU_SECONDS = 300;

  /** A first guess doubles in this time, until the host says that it is too much. */
  private static final double DOUBLING_SECONDS = 3;

  /** What counts is the last one to two of these. */
  private static final long COUNTED_NANOS = Duration.ofSeconds(5).toNanos();

  private static final double SLOWEST = 0.1;
  private static final double FASTEST = 10_000;

  private final Falls falls = new Falls();
  private boolean counting;
  private long countedSinceNanos;
  private int admitted;
  private long newerSinceNanos;
  private int newer;
  private boolean pausing;
  private long pausedNanos;
  private long untilNanos;
  private int pausesInVain;
  private double tooMuch;

  /** Whether the pace is that of the first crowd, which a bucket may have let pass or not. */
  private boolean guessed;

  private long decreasedNanos;
  private double plateauSeconds;
  private @Nullable TokenBucket bucket;

  void started(long nowNanos) {
    if (!counting) {
      counting = true;
      countFrom(nowNanos);
    }
    if (nowNanos - newerSinceNanos >= COUNTED_NANOS) {
      countedSinceNanos = newerSinceNanos;
      admitted = newer;
      newerSinceNanos = nowNanos;
      newer = 0;
    }
    admitted++;
    newer++;
    if (bucket != null) {
      bucket.rate(perSecond(nowNanos), nowNanos);
      bucket.take(nowNanos);
    }
  }

  /** An attempt has ended that was let pass. */
  void passed() {
    pausesInVain = 0;
  }

  /**
   * An attempt was throttled.
   *
   * @param retryAfter null when the host named no time
   */
  void throttled(@Nullable Duration retryAfter, long startedNanos, long nowNanos) {
    if (startedNanos - countedSinceNanos >= 0) {
      admitted--;
    }
    if (startedNanos - newerSinceNanos >= 0) {
      newer--;
    }
    Duration guess = SHORTEST_PAUSE.multipliedBy(1L << Math.min(pausesInVain, 6));
    Duration pause = retryAfter == null ? guess : retryAfter;
    Duration longest = retryAfter == null ? LONGEST_GUESS : RetryPolicy.MAX_RETRY_AFTER;
    pause = pause.compareTo(longest) > 0 ? longest : pause;
    long until = nowNanos + Math.max(pause.toNanos(), 0);
    if (falls.isNews(startedNanos, nowNanos)) {
      pausesInVain++;
      // A time of 0, or a date that has passed, would be hammering.
      until = Math.max(until, nowNanos + SHORTEST_PAUSE.toNanos() / 4);
    }
    if (!pausing) {
      pausing = true;
      pausedNanos = nowNanos;
      untilNanos = until;
    } else if (until - untilNanos > 0) {
      untilNanos = until;
    }
  }

  /** Nanoseconds until the next start may be; 0 for now. */
  long nanosUntilNext(long nowNanos) {
    if (pausing) {
      if (nowNanos - untilNanos < 0) {
        return untilNanos - nowNanos;
      }
      goOn(nowNanos);
    }
    if (bucket == null) {
      return 0;
    }
    double rate = perSecond(nowNanos);
    if (rate > FASTEST) {
      bucket = null;
      return 0;
    }
    bucket.rate(rate, nowNanos);
    return bucket.nanosUntilNext(nowNanos);
  }

  /** Whether the host asked to be left alone until later. */
  boolean isPausing(long nowNanos) {
    return pausing && nowNanos - untilNanos < 0;
  }

  /** Requests per second that may be asked for now; infinite when none are known. */
  double perSecond(long nowNanos) {
    if (bucket == null) {
      return Double.POSITIVE_INFINITY;
    }
    double seconds = (nowNanos - decreasedNanos) * 1e-9;
    if (guessed) {
      return slowed() * Math.pow(2, seconds / DOUBLING_SECONDS);
    }
    double way = seconds / plateauSeconds - 1;
    return Math.max(SLOWEST, tooMuch * (1 + DECREASE * way * way * way));
  }

  /** By the end of a pause the answers of all that had started are in. */
  private void goOn(long nowNanos) {
    pausing = false;
    boolean first = bucket == null;
    long counted = (first ? untilNanos : pausedNanos) - countedSinceNanos;
    double granted = admitted / Math.max(counted * 1e-9, 1);
    // Of a known pace the moment tells more than the average, unless hardly any of it was used.
    boolean unused = counted >= COUNTED_NANOS && 2 * granted < pace(pausedNanos);
    tooMuch = Math.max(first ? granted : unused ? 2 * granted : pace(pausedNanos), SLOWEST);
    decreasedNanos = nowNanos;
    plateauSeconds =
        Math.clamp(
            PLATEAU_OF_PAUSE * (untilNanos - pausedNanos) * 1e-9,
            SHORTEST_PLATEAU_SECONDS,
            LONGEST_PLATEAU_SECONDS);
    guessed = first;
    bucket = new TokenBucket(slowed(), nowNanos);
    countFrom(nowNanos);
  }

  private void countFrom(long nowNanos) {
    countedSinceNanos = nowNanos;
    admitted = 0;
    newerSinceNanos = nowNanos;
    newer = 0;
  }

  private double slowed() {
    return Math.max(SLOWEST, tooMuch * (1 - DECREASE));
  }

  /** At the last start, or what would have been allowed then and was not. */
  private double pace(long atNanos) {
    return bucket == null ? FASTEST : Math.min(bucket.rate(), perSecond(atNanos));
  }
}
