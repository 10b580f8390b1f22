package dev.haul.policy;

/**
 * When a transfer is to have a further connection: not while its part was full lately, since the
 * network is not what it waits for then, nor when too many have failed. Belongs to one thread.
 */
public final class SegmentGrowth {
  /** After so many further connections for nothing, the first goes on alone. */
  private static final int MAX_FAILURES = 8;

  private final int most;
  private int failures;
  private int turnedAway;

  /** Whether the part was full lately, and whether it was since the last look at the clock. */
  private boolean crowded;

  private boolean full;

  /**
   * @param most connections beside the first
   */
  public SegmentGrowth(int most) {
    this.most = most;
  }

  /**
   * Whether there is to be one more.
   *
   * @param trial whether it would be the one that shows whether the server sends pieces at all
   * @param further connections that run beside the first
   */
  public boolean isWanted(boolean trial, int further) {
    return !crowded
        && (trial
            ? further == 0 && failures == 0 && turnedAway < MAX_FAILURES
            : further < most && failures < MAX_FAILURES);
  }

  /** Whether a trial that has its answer is turned away: nobody would read what it brings. */
  public boolean turnsAway() {
    if (crowded) {
      turnedAway++;
    }
    return crowded;
  }

  public void failed() {
    failures++;
  }

  public void full() {
    crowded = true;
    full = true;
  }

  public boolean isCrowded() {
    return crowded;
  }

  /**
   * Looks at the clock; whether the part has not been full since the last look, for the first time.
   */
  public boolean calmsDown() {
    boolean calm = crowded && !full;
    crowded = full;
    full = false;
    return calm;
  }
}
