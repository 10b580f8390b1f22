package dev.haul.admin;

import dev.haul.job.InvalidField;

/**
 * Where health and metrics are served.
 *
 * @param host address or name of this machine
 * @param port 0 for any free one
 */
public record AdminSettings(boolean enabled, String host, int port) {
  public static final AdminSettings DEFAULTS = new AdminSettings(true, "127.0.0.1", 8080);

  /**
   * @throws InvalidField naming the setting that breaks its rule
   */
  public AdminSettings {
    if (host.isBlank()) {
      throw new InvalidField("admin.host", host, "must not be empty");
    }
    if (port < 0 || port > 65535) {
      throw new InvalidField("admin.port", port, "must be from 0 to 65535");
    }
  }
}
