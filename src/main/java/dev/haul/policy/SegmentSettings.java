package dev.haul.policy;

import dev.haul.job.InvalidField;

/**
 * Settings of transfers over several connections; the keys are {@code fetch.segments.*}.
 *
 * @param threshold bytes that must be missing of a file; smaller ones come over one connection
 * @param count connections for one file at most, the first included; 1 for never more
 * @param minPiece bytes that a connection is asked for at least
 */
public record SegmentSettings(long threshold, int count, long minPiece) {
  public static final SegmentSettings DEFAULTS = new SegmentSettings(64 << 20, 4, 8 << 20);

  /** A transfer holds 768 KiB, 64 of them for what each connection still reads when it is full. */
  private static final int MAX_COUNT = 5;

  private static final long LEAST = 1 << 20;

  /**
   * @throws InvalidField naming the key whose value breaks its rule
   */
  public SegmentSettings {
    if (count < 1 || count > MAX_COUNT) {
      throw new InvalidField("fetch.segments.count", count, "must be from 1 to " + MAX_COUNT);
    }
    if (minPiece < LEAST) {
      throw new InvalidField("fetch.segments.min-piece", minPiece, "must be at least 1MiB");
    }
    if (threshold < LEAST) {
      throw new InvalidField("fetch.segments.threshold", threshold, "must be at least 1MiB");
    }
  }
}
