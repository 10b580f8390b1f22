package dev.haul.policy;

import dev.haul.job.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the next attempt at one host may start: its limit of attempts at once, its requests
 * per second, what it asked for by {@code Retry-After}, and whether it is down. After a host was
 * down, attempts come back one, two, four at once, not as a crowd.
 *
 * <p>Times are nanoseconds of a monotonic clock with any origin.
 */
public final class HostGovernor {
  /** From {@link #nanosUntilNext}: only an end makes room. */
  static final long AFTER_AN_END = -1;

  private static final double RATE_SECONDS = 10;

  private final HostLimit limit;
  private final int max;
  private final @Nullable TokenBucket quota;
  private final LearnedPace pace = new LearnedPace();
  private final Breaker breaker = new Breaker();
  private @Nullable Failure lastFailure;
  private int running;
  private double startsPerSecond;
  private long startedNanos;

  /** Attempts at once while coming back; 0 when that is over. */
  private int comingBack;

  /**
   * @param requestsPerSecond 0 for no limit
   */
  HostGovernor(HostLimit limit, double requestsPerSecond, long nowNanos) {
    this.limit = limit;
    this.max = limit.limit();
    this.quota = requestsPerSecond > 0 ? new TokenBucket(requestsPerSecond, nowNanos) : null;
  }

  /** Nanoseconds until an attempt may start; 0 for now, {@link #AFTER_AN_END}. */
  long nanosUntilNext(long nowNanos) {
    long probe = breaker.nanosUntilNext(nowNanos);
    if (running >= limit() || probe < 0) {
      return AFTER_AN_END;
    }
    long wait = Math.max(probe, pace.nanosUntilNext(nowNanos));
    return quota == null ? wait : Math.max(wait, quota.nanosUntilNext(nowNanos));
  }

  void started(long nowNanos) {
    running++;
    startsPerSecond = startsPerSecond(nowNanos) + 1 / RATE_SECONDS;
    startedNanos = nowNanos;
    breaker.started(nowNanos);
    pace.started(nowNanos);
    if (quota != null) {
      quota.take(nowNanos);
    }
  }

  /**
   * An attempt has ended.
   *
   * @param failure null when it brought the file, or was stopped
   */
  void ended(
      HostSign sign, @Nullable Failure failure, long bytes, long startedNanos, long nowNanos) {
    boolean wasDown = isDown();
    if (!wasDown) {
      // Probes of a host that is down tell nothing of how many it can take.
      limit.ended(sign, bytes, running, startedNanos, nowNanos);
    }
    running--;
    breaker.ended(sign, startedNanos, nowNanos);
    if (wasDown && !isDown()) {
      comingBack = 1;
    }
    switch (sign) {
      case WELL -> {
        pace.passed();
        if (comingBack > 0) {
          comingBack = comingBack >= limit.limit() ? 0 : comingBack + 1;
        }
      }
      case THROTTLED -> {
        Duration asked = failure == null ? null : failure.retryAfter();
        pace.throttled(asked, startedNanos, nowNanos);
      }
      case DOWN -> lastFailure = failure;
      case STRAINED, NOTHING -> {}
    }
  }

  /** Over the last ten seconds or so. */
  double startsPerSecond(long nowNanos) {
    return startsPerSecond * Math.exp((startedNanos - nowNanos) * 1e-9 / RATE_SECONDS);
  }

  /** Attempts that may run at once now. */
  int limit() {
    return comingBack > 0 ? Math.min(comingBack, limit.limit()) : limit.limit();
  }

  int running() {
    return running;
  }

  boolean isDown() {
    return breaker.state() != Breaker.State.CLOSED;
  }

  /** How long the host has been down; 0 when it is not. */
  long downNanos(long nowNanos) {
    return breaker.downNanos(nowNanos);
  }

  /** Of the last attempt that found the host down. */
  @Nullable Failure lastFailure() {
    return lastFailure;
  }

  /** Whether the host asked to be left alone until later. */
  boolean isPausing(long nowNanos) {
    return pace.isPausing(nowNanos);
  }

  /** Whether it knows more of the host than a new one would. */
  boolean remembers(long nowNanos) {
    return running > 0
        || isDown()
        || comingBack > 0
        || limit.limit() < max
        || pace.nanosUntilNext(nowNanos) > 0
        || pace.perSecond(nowNanos) != Double.POSITIVE_INFINITY
        || (quota != null && quota.nanosUntilNext(nowNanos) > 0);
  }

  /** Requests per second that the host has taught; infinite when none. */
  double perSecond(long nowNanos) {
    return pace.perSecond(nowNanos);
  }
}
