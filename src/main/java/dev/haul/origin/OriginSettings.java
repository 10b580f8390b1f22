package dev.haul.origin;

import dev.haul.job.InvalidField;

/**
 * Settings of an origin.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param otherPort 0 for any free one; another origin to clients
 * @param faults of all URLs that do not say otherwise
 */
public record OriginSettings(String host, int port, int otherPort, Faults faults) {
  /** Loopback and free ports, without faults. */
  public static final OriginSettings LOCAL = new OriginSettings("127.0.0.1", 0, 0, Faults.NONE);

  /**
   * @throws InvalidField naming the port that is none
   */
  public OriginSettings {
    check("port", port);
    check("other-port", otherPort);
  }

  private static void check(String name, int port) {
    if (port < 0 || port > 65535) {
      throw new InvalidField(name, port, "must be from 0 to 65535");
    }
  }
}
