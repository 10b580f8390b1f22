package dev.haul.policy;

import dev.haul.job.InvalidField;

/**
 * Settings of {@link HostSlots}. More slots for a host than there are at all is valid: the smaller
 * limit holds.
 *
 * @param maxConcurrent {@code dispatch.max-concurrent}: transfers at once
 * @param maxPerHost {@code dispatch.max-per-host}: transfers at once from one host
 */
public record DispatchSettings(int maxConcurrent, int maxPerHost) {
  public static final DispatchSettings DEFAULTS = new DispatchSettings(64, 32);

  private static final int MOST = 10_000;

  /**
   * @throws InvalidField naming the key that breaks its rule
   */
  public DispatchSettings {
    check("dispatch.max-concurrent", maxConcurrent);
    check("dispatch.max-per-host", maxPerHost);
  }

  private static void check(String key, int value) {
    if (value < 1 || value > MOST) {
      throw new InvalidField(key, value, "must be from 1 to 10000");
    }
  }
}
