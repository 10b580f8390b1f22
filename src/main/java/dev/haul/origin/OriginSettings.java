package dev.haul.origin;

import dev.haul.job.InvalidField;
import java.util.OptionalInt;

/**
 * Settings of an origin.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param otherPort 0 for any free one; another origin to clients
 * @param httpsPort 0 for any free one; none if empty
 * @param faults of all URLs that do not say otherwise
 */
public record OriginSettings(
    String host, int port, int otherPort, OptionalInt httpsPort, Faults faults) {
  /** Loopback and free ports, without faults. */
  public static final OriginSettings LOCAL =
      new OriginSettings("127.0.0.1", 0, 0, OptionalInt.empty(), Faults.NONE);

  /**
   * @throws InvalidField naming the port that is none
   */
  public OriginSettings {
    check("port", port);
    check("other-port", otherPort);
    check("https-port", httpsPort.orElse(0));
  }

  private static void check(String name, int port) {
    if (port < 0 || port > 65535) {
      throw new InvalidField(name, port, "must be from 0 to 65535");
    }
  }
}
