package dev.haul.fetch;

import dev.haul.job.InvalidField;
import dev.haul.job.SourceUrl;
import dev.haul.policy.DirectHosts;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How hosts are reached: through the proxy of the settings or directly, by which TLS, trusting
 * whom. Not a record, so that nothing prints the proxy's secret. Immutable; all event loops share
 * it.
 */
public final class WayOut {
  private final @Nullable Proxy proxy;
  private final @Nullable String secret;
  private final boolean proxyResolves;
  private final DirectHosts direct;
  private final Duration timeout;
  private final boolean nativeTls;
  private final @Nullable TrustOptions trust;

  private WayOut(FetchSettings settings, @Nullable String secret) {
    this.proxy = settings.proxy();
    this.secret = secret;
    this.proxyResolves = settings.proxyResolves();
    this.direct = settings.directHosts();
    this.timeout = settings.connectTimeout();
    // A library to load: not on an event loop.
    this.nativeTls = settings.nativeTls() && OpenSsl.isAvailable();
    this.trust = settings.tlsTrust() == null ? null : TlsTrust.with(settings.tlsTrust());
  }

  /**
   * Reads the proxy's secret and whom to trust, once, and loads the library of TLS; blocks.
   *
   * @param environment variables of the process
   * @throws InvalidField naming the key when the secret is not there or cannot be sent, or {@code
   *     fetch.tls-trust} holds no certificates
   */
  public static WayOut load(FetchSettings settings, Map<String, String> environment) {
    if (settings.proxySecretFile() != null) {
      return new WayOut(
          settings,
          checked(new SecretSource.InFile("fetch.proxy-secret-file", settings.proxySecretFile())));
    }
    if (settings.proxySecretEnv() != null) {
      String value = environment.getOrDefault(settings.proxySecretEnv(), "");
      return new WayOut(
          settings, checked(new SecretSource.InVariable("fetch.proxy-secret-env", value)));
    }
    return new WayOut(settings, null);
  }

  private static String checked(SecretSource source) {
    String secret = source.read();
    if (secret.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidField(source.key(), "must hold a secret without control characters");
    }
    return secret;
  }

  /** The proxy for a URL, null when its host is reached directly. */
  @Nullable Proxy proxyFor(SourceUrl url) {
    return proxy == null || direct.contains(url.host()) ? null : proxy;
  }

  /** Whether names go to the proxy, and the proxy decides where they lead. */
  boolean proxyResolves() {
    return proxyResolves;
  }

  /**
   * Whether requests for an endpoint go to the proxy as they are (absolute form), instead of
   * through a tunnel. Not where addresses were judged here, since the proxy would look the name up
   * again.
   */
  boolean forwards(Proxy by, boolean tls) {
    return by.kind() == Proxy.Kind.HTTP && !tls && proxyResolves;
  }

  /** For a tunnel by way of the proxy at an address. */
  ProxyOptions tunnel(Proxy by, InetAddress at) {
    var options =
        new ProxyOptions()
            .setType(by.kind() == Proxy.Kind.HTTP ? ProxyType.HTTP : ProxyType.SOCKS5)
            .setHost(at.getHostAddress())
            .setPort(by.port())
            .setConnectTimeout(timeout);
    if (by.user() != null) {
      options.setUsername(by.user()).setPassword(secret);
    }
    return options;
  }

  /** Whether TLS is OpenSSL's, not the JDK's. */
  boolean nativeTls() {
    return nativeTls;
  }

  /** Whom to trust, null for whom the JDK trusts. */
  @Nullable TrustOptions trust() {
    return trust;
  }

  /** The value of {@code Proxy-Authorization}, null when the proxy asks nobody. */
  @Nullable String authorization() {
    if (proxy == null || proxy.user() == null) {
      return null;
    }
    byte[] both = (proxy.user() + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }
}
