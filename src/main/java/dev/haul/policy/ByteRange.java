package dev.haul.policy;

import dev.haul.job.InvalidField;

/**
 * Some bytes of a file; there is at least one.
 *
 * @param from the first
 * @param to after the last
 */
public record ByteRange(long from, long to) {
  /**
   * @throws InvalidField when it holds no byte
   */
  public ByteRange {
    if (from < 0) {
      throw new InvalidField("from", from, "must be at least 0");
    }
    if (to <= from) {
      throw new InvalidField("to", to, "must be more than " + from);
    }
  }

  public long length() {
    return to - from;
  }
}
