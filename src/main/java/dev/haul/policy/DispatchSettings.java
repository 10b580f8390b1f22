package dev.haul.policy;

import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the {@link Scheduler}. More slots for a host than there are at all is valid: the
 * smaller limit holds.
 *
 * @param maxConcurrent {@code dispatch.max-concurrent}: transfers at once
 * @param maxPerHost {@code dispatch.max-per-host}: transfers at once from one host
 * @param maxPerCredential {@code dispatch.max-per-credential}: transfers at once with one
 *     credential
 * @param adaptive {@code dispatch.adaptive}: how the limit of a host moves below its maximum
 * @param hosts {@code dispatch.hosts}: limits of hosts; for each the first that names it counts
 * @param bandwidth {@code dispatch.bandwidth}: of all transfers together, by the time of the day
 * @param patience {@code dispatch.patience}: how long jobs wait for a host that is down or a store
 *     that is full
 */
public record DispatchSettings(
    int maxConcurrent,
    int maxPerHost,
    int maxPerCredential,
    Adaptive adaptive,
    List<Quota> hosts,
    List<Allowance> bandwidth,
    Duration patience) {
  private static final int MOST = 10_000;
  private static final Duration LONGEST = Duration.ofDays(7);

  public static final DispatchSettings DEFAULTS =
      new DispatchSettings(64, 32, MOST, Adaptive.AIMD, List.of(), List.of(), Duration.ofHours(1));

  /**
   * @throws InvalidField naming the key that breaks its rule
   */
  public DispatchSettings {
    hosts = List.copyOf(hosts);
    bandwidth = List.copyOf(bandwidth);
    check("dispatch.max-concurrent", maxConcurrent);
    check("dispatch.max-per-host", maxPerHost);
    check("dispatch.max-per-credential", maxPerCredential);
    if (!patience.isPositive() || patience.compareTo(LONGEST) > 0) {
      throw new InvalidField("dispatch.patience", patience, "must be above 0 and at most 7 days");
    }
  }

  /** The defaults with other limits. */
  public static DispatchSettings of(int maxConcurrent, int maxPerHost) {
    return new DispatchSettings(
        maxConcurrent,
        maxPerHost,
        MOST,
        DEFAULTS.adaptive,
        DEFAULTS.hosts,
        DEFAULTS.bandwidth,
        DEFAULTS.patience);
  }

  private static void check(String key, int value) {
    if (value < 1 || value > MOST) {
      throw new InvalidField(key, value, "must be from 1 to 10000");
    }
  }

  /**
   * The governor of a new host.
   *
   * @param host its name, in lower case
   */
  public HostGovernor governor(String host, long nowNanos) {
    for (Quota quota : hosts) {
      if (quota.isFor(host)) {
        int max = quota.concurrent() > 0 ? quota.concurrent() : maxPerHost;
        return new HostGovernor(adaptive.limit(max), quota.requestsPerSecond(), nowNanos);
      }
    }
    return new HostGovernor(adaptive.limit(maxPerHost), 0, nowNanos);
  }
}
