package dev.haul.fetch;

import dev.haul.job.SourceUrl;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where connections are made: an address that the guard has passed, and the host that is asked for
 * there, in Host, SNI and certificate.
 */
record Endpoint(boolean tls, String host, int port, InetAddress address) {

  static Endpoint of(SourceUrl url, InetAddress address) {
    String host = url.host();
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return new Endpoint(url.isHttps(), name, url.port(), address);
  }

  SocketAddress server() {
    return SocketAddress.inetSocketAddress(new InetSocketAddress(address, port));
  }
}
