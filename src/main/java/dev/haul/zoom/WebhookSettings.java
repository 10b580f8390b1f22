package dev.haul.zoom;

import dev.haul.job.InvalidField;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where Zoom's events come in; keys start with {@code zoom.webhook}.
 *
 * @param host address to listen on
 * @param port 0 for any free one
 * @param path of the endpoint
 * @param secretFile holds the app's secret token; either this or {@code secretEnv}
 * @param maxBytes largest event
 */
public record WebhookSettings(
    String host,
    int port,
    String path,
    @Nullable Path secretFile,
    @Nullable String secretEnv,
    long maxBytes) {

  public static final WebhookSettings DEFAULTS =
      new WebhookSettings("127.0.0.1", 8090, "/zoom", null, null, 1 << 20);

  /**
   * @throws InvalidField naming the first key that breaks its rule
   */
  public WebhookSettings {
    if (host.isBlank()) {
      throw new InvalidField("zoom.webhook.host", host, "must be an address of this machine");
    }
    if (port < 0 || port > 65535) {
      throw new InvalidField("zoom.webhook.port", port, "must be from 0 to 65535");
    }
    if (!path.startsWith("/") || path.contains("?")) {
      throw new InvalidField("zoom.webhook.path", path, "must begin with / and hold no query");
    }
    if (secretFile != null && secretEnv != null) {
      throw new InvalidField(
          "zoom.webhook.secret-file", "must not be given together with zoom.webhook.secret-env");
    }
    Secret.checkVariable("zoom.webhook.secret-env", secretEnv);
    if (maxBytes < 1024 || maxBytes > 64 << 20) {
      throw new InvalidField("zoom.webhook.max-bytes", maxBytes, "must be from 1KiB to 64MiB");
    }
  }
}
