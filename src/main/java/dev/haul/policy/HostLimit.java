package dev.haul.policy;

/**
 * How many attempts at a host may run at once. Starts at its maximum and falls on evidence alone: a
 * fast and healthy host is never held back by a start from below.
 */
sealed interface HostLimit permits AimdLimit, GoodputLimit, SuccessRateLimit, HostLimit.Fixed {
  /** At least 1, at most the maximum. */
  int limit();

  /**
   * An attempt has ended.
   *
   * @param bytes that it brought
   * @param running attempts at the host before this one ended
   * @param startedNanos when it began, on the clock of {@code nowNanos}
   */
  void ended(HostSign sign, long bytes, int running, long startedNanos, long nowNanos);

  /** Never moves. */
  record Fixed(int limit) implements HostLimit {
    @Override
    public void ended(HostSign sign, long bytes, int running, long startedNanos, long nowNanos) {}
  }
}
