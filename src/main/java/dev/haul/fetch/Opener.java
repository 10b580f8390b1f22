package dev.haul.fetch;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.HttpConnectParams;
import io.vertx.core.http.impl.tcp.TcpHttpClientTransport;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.HttpClientInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Opens connections: TCP, TLS, then HTTP/1.1 or, over TLS, what the server chose (ALPN); never
 * HTTP/2 without TLS. The one place that reaches below the public interface of the HTTP client,
 * which would not let go of a connection whose server is silent after the handshake.
 */
final class Opener {
  private static final List<HttpVersion> HTTP_1 = List.of(HttpVersion.HTTP_1_1);
  private static final List<HttpVersion> BOTH = List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1);

  private final Vertx vertx;
  private final HttpClientAgent client;
  private final TcpHttpClientTransport transport;
  private final ClientSSLOptions tls;
  private final boolean http2;
  private final Duration timeout;
  private final WayOut wayOut;

  /**
   * @param timeout for the first frame of an HTTP/2 server; the options have those of TCP and TLS
   */
  Opener(Vertx vertx, HttpClientOptions options, boolean http2, Duration timeout, WayOut wayOut) {
    this.wayOut = wayOut;
    this.vertx = vertx;
    this.http2 = http2;
    this.timeout = timeout;
    this.tls =
        options
            .getSslOptions()
            .copy()
            .setHostnameVerificationAlgorithm("HTTPS")
            .setUseAlpn(http2)
            .setApplicationLayerProtocols(
                http2 ? BOTH.stream().map(HttpVersion::alpnName).toList() : List.of());
    this.client = vertx.createHttpClient(options);
    this.transport = (TcpHttpClientTransport) ((HttpClientInternal) client).tcpTransport();
  }

  /** Whether connections to an endpoint may turn out to be shared ones. */
  boolean mayShare(Endpoint endpoint) {
    return http2 && endpoint.tls();
  }

  Future<Connection> open(Endpoint endpoint) {
    var context = (ContextInternal) vertx.getOrCreateContext();
    SocketAddress server = endpoint.server();
    Promise<NetSocket> connected = context.promise();
    Future<Connection> opened =
        connected.future().compose(socket -> speak(context, endpoint, server, socket));
    var options =
        new ConnectOptions()
            .setRemoteAddress(server)
            .setHost(endpoint.host())
            .setPort(endpoint.port())
            .setSsl(endpoint.tls());
    Endpoint.By by = endpoint.by();
    if (by != null && !by.forwards()) {
      options.setProxyOptions(wayOut.tunnel(by.proxy(), by.at()));
    }
    if (endpoint.tls()) {
      options.setSslOptions(tls);
    }
    transport.client().connectInternal(options, connected, context);
    return opened;
  }

  private Future<Connection> speak(
      ContextInternal context, Endpoint endpoint, SocketAddress server, NetSocket socket) {
    boolean shares = "h2".equals(socket.applicationLayerProtocol());
    var parameters =
        new HttpConnectParams(mayShare(endpoint) ? BOTH : HTTP_1, tls, null, endpoint.tls());
    Future<HttpClientConnection> connection =
        transport.wrap(
            context,
            parameters,
            HostAndPort.create(endpoint.host(), endpoint.port()),
            null,
            server,
            socket);
    if (!shares) {
      return connection.map(http -> new Http1Connection(endpoint, http));
    }
    long timer = vertx.setTimer(timeout.toMillis(), _ -> close(socket));
    return connection
        .onComplete(_ -> vertx.cancelTimer(timer))
        .map(http -> new Http2Connection(endpoint, http));
  }

  private static void close(NetSocket socket) {
    var _ = socket.close();
  }

  Future<Void> close() {
    return client.close();
  }
}
