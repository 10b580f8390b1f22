package dev.haul.policy;

/**
 * What a file system has room for.
 *
 * @param total bytes of the whole file system; 0 where it does not tell
 * @param usable bytes that are free for this process
 * @param reserve bytes that are to stay free; a tenth of the whole at most
 */
public record DiskRoom(long total, long usable, long reserve) {
  private static final int MOST_RESERVED = 10;

  /** Whether a file fits. */
  public enum Fit {
    NOW,
    /** When room is made. */
    LATER,
    NEVER
  }

  public DiskRoom {
    reserve = Math.min(reserve, total / MOST_RESERVED);
  }

  /**
   * @param promised bytes that running transfers will still write
   */
  public Fit fit(long bytes, long promised) {
    if (total <= 0) {
      return Fit.NOW;
    }
    if (bytes > total - reserve) {
      return Fit.NEVER;
    }
    return bytes <= usable - reserve - promised ? Fit.NOW : Fit.LATER;
  }
}
