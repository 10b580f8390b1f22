package dev.haul.origin;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The buckets of requests with a limit: one for each host and limit. Threads take turns. */
final class Limits {
  private record Limited(String host, int perSecond, int burst) {}

  private final Map<Limited, TokenBucket> buckets = new HashMap<>();

  /** Whether a request exceeds its limit. */
  synchronized boolean exceeds(RequestHead request, Faults faults, long nowNanos) {
    OptionalInt limit = faults.count(Parameter.LIMIT);
    if (limit.isEmpty()) {
      return false;
    }
    int burst = faults.count(Parameter.BURST).orElse(1);
    var limited = new Limited(request.headers().getOrDefault("host", ""), limit.getAsInt(), burst);
    return !buckets
        .computeIfAbsent(limited, _ -> new TokenBucket(limit.getAsInt(), burst, nowNanos))
        .take(nowNanos);
  }
}
