package dev.haul.fetch;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * Brings a connection for one URL: checks its port, asks for its addresses, takes a connection at
 * rest, else opens one to the first address that answers.
 */
final class Dial {
  private final Engine engine;
  private final SourceUrl url;
  private final Consumer<Connection> connected;
  private final Consumer<Failure> failed;
  private final long startNanos = System.nanoTime();
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
    Resolution known = engine.hosts().known(url.host());
    if (known != null) {
      resolved(known);
      return;
    }
    engine
        .hosts()
        .lookUp(url.host())
        .onComplete(
            this::resolved,
            cause ->
                fail(
                    ErrorCode.DNS,
                    "looking the host up failed: " + cause.getClass().getSimpleName()));
  }

  /** Nothing is heard any more; a connection that still comes is put to rest. */
  void cancel() {
    over = true;
  }

  /** Looks at the clock, now and then. Connecting has timers of its own. */
  void tick(long nowNanos) {
    if (resolving && nowNanos - startNanos > engine.settings().connectTimeout().toNanos()) {
      fail(ErrorCode.DNS, "looking the host up took too long");
    }
  }

  private void resolved(Resolution resolution) {
    if (over) {
      return;
    }
    resolving = false;
    switch (resolution) {
      case Resolution.Forbidden(String reason) -> fail(ErrorCode.FORBIDDEN_ADDRESS, reason);
      case Resolution.Unknown(String reason) -> fail(ErrorCode.DNS, reason);
      case Resolution.Addresses(List<InetAddress> addresses) -> connect(addresses);
    }
  }

  private void connect(List<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      Connection resting = engine.connections().take(Endpoint.of(url, address));
      if (resting != null) {
        over = true;
        connected.accept(resting);
        return;
      }
    }
    open(addresses, 0);
  }

  private void open(List<InetAddress> addresses, int index) {
    engine
        .connections()
        .open(Endpoint.of(url, addresses.get(index)))
        .onComplete(this::opened, cause -> refused(addresses, index, cause));
  }

  private void opened(Connection connection) {
    if (over) {
      engine.connections().release(connection);
    } else {
      over = true;
      connected.accept(connection);
    }
  }

  private void refused(List<InetAddress> addresses, int index, Throwable cause) {
    if (!over && index + 1 < addresses.size()) {
      open(addresses, index + 1);
    } else {
      fail(FetchFailures.connecting(url, cause));
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
