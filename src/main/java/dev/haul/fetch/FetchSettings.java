package dev.haul.fetch;

import dev.haul.job.InvalidField;
import dev.haul.policy.AddressGuard;
import dev.haul.policy.ContentCheck;
import dev.haul.policy.ContentRules;
import dev.haul.policy.DirectHosts;
import dev.haul.policy.Expectation;
import dev.haul.policy.SegmentSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of a transfer; the keys are {@code fetch.*}.
 *
 * @param connectTimeout for the name, for each address and for its TLS handshake
 * @param firstByteTimeout from the request to the head of the answer
 * @param hedgeDelay without an answer, after which the next mirror is asked too; 0 for never
 * @param readTimeout without any byte of the body
 * @param minSpeed bytes per second below which a transfer has stalled; 0 for no floor
 * @param minSpeedWindow over which the speed is taken
 * @param totalTimeout for one attempt
 * @param maxBytes of one body
 * @param allowNetworks CIDR networks, addresses or host names reachable although not public
 * @param allowPorts reachable beside 80 and 443
 * @param tlsTrust PEM file of certificates trusted beside those of the JDK, null for none
 * @param contentCheck how much a body must look like what the name of its file says
 * @param expect media types that the files of hosts have
 * @param verifyDigests checks what servers tell of their files
 * @param proxy through which hosts are reached, null for none
 * @param proxySecretFile holds the password of the proxy's user; either this or {@code
 *     proxySecretEnv} goes with a user
 * @param proxySecretEnv environment variable that holds it
 * @param proxyResolves leaves names to the proxy, and to it whether they may be reached
 * @param noProxy hosts and networks that are reached directly
 * @param nativeTls uses OpenSSL where it can be loaded
 * @param http2 where a server offers it over TLS
 * @param segments when and how a file comes over several connections
 * @param fastPath takes bodies off the connection without copies; false is for diagnosis
 */
public record FetchSettings(
    Duration connectTimeout,
    Duration firstByteTimeout,
    Duration hedgeDelay,
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
    ContentCheck contentCheck,
    List<Expectation> expect,
    boolean verifyDigests,
    @Nullable Proxy proxy,
    @Nullable Path proxySecretFile,
    @Nullable String proxySecretEnv,
    boolean proxyResolves,
    List<String> noProxy,
    boolean nativeTls,
    boolean http2,
    SegmentSettings segments,
    boolean fastPath) {

  private static final Duration LONGEST = Duration.ofDays(365);

  public static final FetchSettings DEFAULTS =
      new FetchSettings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          1024,
          Duration.ofSeconds(30),
          Duration.ofHours(24),
          10,
          1L << 40,
          "haul",
          List.of(),
          List.of(),
          null,
          ContentCheck.HTML,
          List.of(),
          true,
          null,
          null,
          null,
          false,
          List.of(),
          true,
          true,
          SegmentSettings.DEFAULTS,
          true);

  /**
   * @throws InvalidField naming the first setting that breaks its rule
   */
  public FetchSettings {
    allowNetworks = List.copyOf(allowNetworks);
    allowPorts = List.copyOf(allowPorts);
    expect = List.copyOf(expect);
    noProxy = List.copyOf(noProxy);
    requireDuration("fetch.connect-timeout", connectTimeout);
    requireDuration("fetch.first-byte-timeout", firstByteTimeout);
    if (!hedgeDelay.isZero()) {
      requireDuration("fetch.hedge-delay", hedgeDelay);
    }
    requireDuration("fetch.read-timeout", readTimeout);
    require(minSpeed >= 0, "min-speed", minSpeed, "must be at least 0 bytes per second");
    requireDuration("fetch.min-speed-window", minSpeedWindow);
    requireDuration("fetch.total-timeout", totalTimeout);
    require(
        maxRedirects >= 0 && maxRedirects <= 100,
        "max-redirects",
        maxRedirects,
        "must be from 0 to 100");
    require(maxBytes >= 1, "max-bytes", maxBytes, "must be at least 1");
    require(
        userAgent.matches("[\\x21-\\x7e]([\\x20-\\x7e]{0,254}[\\x21-\\x7e])?"),
        "user-agent",
        userAgent,
        "must be 1 to 256 printable ASCII characters");
    for (int port : allowPorts) {
      require(port >= 1 && port <= 65535, "allow-ports", port, "must be from 1 to 65535");
    }
    requireSecret(proxy, proxySecretFile, proxySecretEnv);
    var _ = new DirectHosts("fetch.no-proxy", noProxy);
    // Refuses what is neither a network nor a name.
    var _ = new AddressGuard("fetch.allow-networks", allowNetworks);
  }

  private static void requireSecret(
      @Nullable Proxy proxy, @Nullable Path file, @Nullable String variable) {
    if (proxy != null && proxy.user() != null) {
      if ((file == null) == (variable == null)) {
        throw new InvalidField(
            "fetch.proxy-secret-file",
            "or fetch.proxy-secret-env must be given for the proxy's user, and not both");
      }
    } else if (file != null || variable != null) {
      throw new InvalidField(
          file == null ? "fetch.proxy-secret-env" : "fetch.proxy-secret-file",
          "is for a fetch.proxy with a user only");
    }
  }

  DirectHosts directHosts() {
    return new DirectHosts("fetch.no-proxy", noProxy);
  }

  AddressGuard guard() {
    return new AddressGuard("fetch.allow-networks", allowNetworks);
  }

  ContentRules contentRules() {
    return new ContentRules(contentCheck, expect);
  }

  boolean allowsPort(int port) {
    return port == 80 || port == 443 || allowPorts.contains(port);
  }

  static void requireDuration(String key, Duration value) {
    if (value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
      throw new InvalidField(key, value, "must be from 1 ms to 365 days");
    }
  }

  private static void require(boolean holds, String key, Object value, String rule) {
    if (!holds) {
      throw new InvalidField("fetch." + key, value, rule);
    }
  }
}
