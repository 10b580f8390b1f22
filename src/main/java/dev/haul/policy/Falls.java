package dev.haul.policy;

/**
 * Lets a crowd of attempts that fails together count once: what began before the last fall cannot
 * have seen what the fall brought about.
 */
final class Falls {
  private boolean fallen;
  private long lastNanos;

  /** Whether a failure is news; if so, later ones of the same crowd are not. */
  boolean isNews(long startedNanos, long nowNanos) {
    if (fallen && startedNanos - lastNanos <= 0) {
      return false;
    }
    fallen = true;
    lastNanos = nowNanos;
    return true;
  }
}
