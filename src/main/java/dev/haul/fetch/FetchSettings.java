package dev.haul.fetch;

import dev.haul.job.InvalidField;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The bounds of a transfer. */
public record FetchSettings(
    Duration connectTimeout,
    Duration firstByteTimeout,
    Duration readTimeout,
    long minSpeed,
    Duration minSpeedWindow,
    Duration totalTimeout,
    int maxRedirects,
    long maxBytes,
    String userAgent,
    List<String> allowNetworks,
    List<Integer> allowPorts,
    @Nullable Path tlsTrust,
    boolean fastPath) {
  public static final FetchSettings DEFAULTS =
      new FetchSettings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          1024,
          Duration.ofSeconds(30),
          Duration.ofHours(6),
          5,
          1L << 40,
          "haul",
          List.of(),
          List.of(),
          null,
          true);

  public FetchSettings {
    allowNetworks = List.copyOf(allowNetworks);
    allowPorts = List.copyOf(allowPorts);
    if (maxBytes < 1) {
      throw new InvalidField("fetch.max-bytes", maxBytes, "must be at least 1");
    }
  }
}
