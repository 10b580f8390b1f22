package dev.haul.policy;

import java.time.Duration;

/**
 * Keeps attempts away from a host that is down. Closed, it opens after five attempts in a row that
 * found the host down. Open, it lets one attempt at a time pass to probe: after 1 s, then after
 * twice as long as before, 30 s at most. A probe that reaches the host closes it.
 */
final class Breaker {
  private static final int THRESHOLD = 5;
  private static final long FIRST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(30).toNanos();

  /** What it does with attempts. */
  enum State {
    CLOSED,
    OPEN,
    PROBING
  }

  private State state = State.CLOSED;
  private int inARow;
  private long openedNanos;
  private long probeNanos;
  private long waitNanos;
  private long probeStartedNanos;

  State state() {
    return state;
  }

  /** How long the host has been down; 0 when it is not. */
  long downNanos(long nowNanos) {
    return state == State.CLOSED ? 0 : nowNanos - openedNanos;
  }

  /** Nanoseconds until an attempt may start; 0 for now, -1 when an end must come first. */
  long nanosUntilNext(long nowNanos) {
    return switch (state) {
      case CLOSED -> 0;
      case OPEN -> Math.max(probeNanos - nowNanos, 0);
      case PROBING -> -1;
    };
  }

  void started(long nowNanos) {
    if (state == State.OPEN) {
      state = State.PROBING;
      probeStartedNanos = nowNanos;
    }
  }

  void ended(HostSign sign, long startedNanos, long nowNanos) {
    boolean probe = state == State.PROBING && startedNanos == probeStartedNanos;
    switch (sign) {
      case WELL, STRAINED, THROTTLED -> {
        state = State.CLOSED;
        inARow = 0;
      }
      case DOWN -> {
        inARow++;
        if (probe) {
          waitNanos = Math.min(2 * waitNanos, LONGEST_WAIT_NANOS);
          open(nowNanos);
        } else if (state == State.CLOSED && inARow >= THRESHOLD) {
          openedNanos = nowNanos;
          waitNanos = FIRST_WAIT_NANOS;
          open(nowNanos);
        }
      }
      case NOTHING -> {
        if (probe) {
          open(nowNanos);
        }
      }
    }
  }

  private void open(long nowNanos) {
    state = State.OPEN;
    probeNanos = nowNanos + waitNanos;
  }
}
