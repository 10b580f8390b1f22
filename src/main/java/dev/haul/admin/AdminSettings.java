package dev.haul.admin;

import dev.haul.job.InvalidField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where health, metrics and the page are served.
 *
 * @param host address or name of this machine
 * @param port 0 for any free one
 * @param tokenFile holds the secret that lets the page change something; null for a page that can
 *     only be read
 */
public record AdminSettings(boolean enabled, String host, int port, @Nullable Path tokenFile) {
  public static final AdminSettings DEFAULTS = new AdminSettings(true, "127.0.0.1", 8080, null);

  private static final int SHORTEST = 16;
  private static final int LONGEST = 1024;

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

  /**
   * Reads the token; may block.
   *
   * @throws InvalidField when the file cannot be read or its token is too weak
   */
  @Nullable String token() {
    if (tokenFile == null) {
      return null;
    }
    String token;
    try {
      token = Files.readString(tokenFile).strip();
    } catch (IOException e) {
      throw new InvalidField("admin.token-file", tokenFile.toString(), "must be a readable file");
    }
    if (token.length() < SHORTEST || token.length() > LONGEST) {
      throw new InvalidField(
          "admin.token-file",
          tokenFile.toString(),
          "must hold a token of %d to %d characters".formatted(SHORTEST, LONGEST));
    }
    return token;
  }
}
