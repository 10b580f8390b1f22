package dev.haul.policy;

/** By which rule the limit of a host moves. */
public enum Adaptive {
  /** Down to half when the host pushes back, up by one for each good round. */
  AIMD,
  /** By hill climbing on bytes per second. */
  GOODPUT,
  /** By the share of attempts that succeed, every 30 s. */
  SUCCESS,
  /** Not at all. */
  FIXED;

  HostLimit limit(int max) {
    return switch (this) {
      case AIMD -> new AimdLimit(max);
      case GOODPUT -> new GoodputLimit(max);
      case SUCCESS -> new SuccessRateLimit(max);
      case FIXED -> new HostLimit.Fixed(max);
    };
  }
}
