package dev.haul.fetch;

import dev.haul.job.SourceUrl;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where connections are made, and the host that is asked for there, in Host, SNI and certificate.
 *
 * @param address that the guard has passed; null when the proxy looks the host up
 * @param by the proxy in between, null for none
 */
record Endpoint(
    boolean tls, String host, int port, @Nullable InetAddress address, @Nullable By by) {

  /**
   * A proxy at one of its addresses.
   *
   * @param forwards takes requests as they are, in absolute form, instead of making a tunnel
   */
  record By(Proxy proxy, InetAddress at, boolean forwards) {}

  static Endpoint of(SourceUrl url, @Nullable InetAddress address, @Nullable By by) {
    String host = url.host();
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return new Endpoint(url.isHttps(), name, url.port(), address, by);
  }

  /** What is connected to, by the tunnel if there is one. */
  SocketAddress server() {
    if (by != null && by.forwards) {
      return SocketAddress.inetSocketAddress(new InetSocketAddress(by.at, by.proxy.port()));
    }
    return address == null
        ? SocketAddress.inetSocketAddress(port, host)
        : SocketAddress.inetSocketAddress(new InetSocketAddress(address, port));
  }

  boolean isForwarded() {
    return by != null && by.forwards;
  }

  /** The absolute form of a request target (RFC 9112 §3.2.2). */
  String absolute(String requestTarget) {
    return "http://" + host + (port == 80 ? "" : ":" + port) + requestTarget;
  }
}
