package dev.haul.fetch;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings a connection for one URL: checks its port, asks for its addresses, takes a connection at
 * rest, else opens one to the first address that answers. When one has not after a moment, the next
 * is tried beside it (RFC 8305, "happy eyeballs").
 */
final class Dial {
  /** RFC 8305 §5, "Connection Attempt Delay". */
  private static final long ATTEMPT_DELAY_NANOS = Duration.ofMillis(250).toNanos();

  private final Engine engine;
  private final SourceUrl url;
  private final Consumer<Connection> connected;
  private final Consumer<Failure> failed;
  private final long startNanos = System.nanoTime();
  private List<Endpoint> untried = List.of();
  private @Nullable Proxy proxy;
  private int trying;
  private long triedNanos;
  private boolean resolving = true;
  private boolean over;

  /** One of the two is called, once, unless {@link #cancel} was. */
  Dial(Engine engine, SourceUrl url, Consumer<Connection> connected, Consumer<Failure> failed) {
    this.engine = engine;
    this.url = url;
    this.connected = connected;
    this.failed = failed;
  }

  void start() {
    if (!engine.settings().allowsPort(url.port())) {
      fail(ErrorCode.FORBIDDEN_ADDRESS, "port " + url.port() + " must not be reached");
      return;
    }
    proxy = engine.wayOut().proxyFor(url);
    boolean leavesNames = proxy != null && engine.wayOut().proxyResolves();
    Resolution known = engine.hosts().known(url.host());
    if (known != null) {
      resolved(known);
    } else if (leavesNames) {
      findProxy(null);
    } else {
      lookUp(engine.hosts(), url.host(), this::resolved);
    }
  }

  private void lookUp(HostResolver hosts, String host, Consumer<Resolution> found) {
    Resolution known = hosts.known(host);
    if (known != null) {
      found.accept(known);
      return;
    }
    hosts
        .lookUp(host)
        .onComplete(
            resolution -> {
              if (!over) {
                found.accept(resolution);
              }
            },
            cause ->
                fail(
                    ErrorCode.DNS,
                    "looking the host up failed: " + cause.getClass().getSimpleName()));
  }

  /** Nothing is heard any more; a connection that still comes is put to rest. */
  void cancel() {
    over = true;
  }

  /** Looks at the clock, now and then. Connecting has a timer of its own. */
  void tick(long nowNanos) {
    if (over) {
      return;
    }
    if (trying > 0 && !untried.isEmpty() && nowNanos - triedNanos > ATTEMPT_DELAY_NANOS) {
      tryNext();
    } else if (resolving && nowNanos - startNanos > engine.settings().connectTimeout().toNanos()) {
      fail(ErrorCode.DNS, "looking the host up took too long");
    }
  }

  private void resolved(Resolution resolution) {
    switch (resolution) {
      case Resolution.Forbidden(String reason) -> fail(ErrorCode.FORBIDDEN_ADDRESS, reason);
      case Resolution.Unknown(String reason) -> fail(ErrorCode.DNS, reason);
      case Resolution.Addresses(List<InetAddress> addresses) -> {
        if (proxy == null) {
          connect(addresses, address -> Endpoint.of(url, address, null));
        } else {
          findProxy(addresses.getFirst());
        }
      }
    }
  }

  /**
   * Looks up the proxy itself, which nobody guards since the operator named it.
   *
   * @param target the judged address to ask it for, null to ask it for the name
   */
  private void findProxy(@Nullable InetAddress target) {
    Proxy by = Objects.requireNonNull(proxy);
    boolean forwards = engine.wayOut().forwards(by, url.isHttps());
    lookUp(
        engine.proxyHosts(),
        by.host(),
        found -> {
          switch (found) {
            case Resolution.Addresses(List<InetAddress> all) ->
                connect(all, at -> Endpoint.of(url, target, new Endpoint.By(by, at, forwards)));
            case Resolution.Forbidden(String reason) ->
                fail(ErrorCode.CONNECT, "the proxy's " + reason);
            case Resolution.Unknown(String reason) ->
                fail(ErrorCode.CONNECT, "the proxy's " + reason);
          }
        });
  }

  private void connect(List<InetAddress> addresses, Function<InetAddress, Endpoint> at) {
    resolving = false;
    var endpoints = new ArrayList<Endpoint>(addresses.size());
    for (InetAddress address : addresses) {
      Endpoint endpoint = at.apply(address);
      Connection resting = engine.connections().take(endpoint);
      if (resting != null) {
        over = true;
        connected.accept(resting);
        return;
      }
      endpoints.add(endpoint);
    }
    untried = endpoints;
    tryNext();
  }

  private void tryNext() {
    Endpoint endpoint = untried.getFirst();
    untried = untried.subList(1, untried.size());
    trying++;
    triedNanos = System.nanoTime();
    engine.connections().open(endpoint).onComplete(this::opened, this::refused);
  }

  /** Where another address was faster, or nobody wants it any more, it is kept for the next. */
  private void opened(Connection connection) {
    if (over) {
      engine.connections().release(connection);
    } else {
      over = true;
      InetAddress address = connection.endpoint().address();
      if (proxy == null && address != null) {
        engine.hosts().reached(url.host(), address);
      }
      connected.accept(connection);
    }
  }

  private void refused(Throwable cause) {
    trying--;
    if (!over && !untried.isEmpty()) {
      tryNext();
    } else if (trying == 0) {
      fail(FetchFailures.connecting(url, cause, proxy != null));
    }
  }

  private void fail(ErrorCode code, String text) {
    fail(FetchFailures.of(code, url, text));
  }

  private void fail(Failure failure) {
    if (!over) {
      over = true;
      failed.accept(failure);
    }
  }
}
