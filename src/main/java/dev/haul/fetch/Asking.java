package dev.haul.fetch;

import dev.haul.job.DurationText;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request from its dial to the head of its answer, within the times for that: a connection at
 * rest or a new one, through the guard, and the exchange on it.
 */
final class Asking {
  private final Engine engine;
  private final SourceUrl url;
  private final Supplier<Map<String, String>> headers;
  private final Exchange.Listener listener;
  private final Consumer<Failure> failed;
  private final Dial dial;
  private @Nullable Exchange exchange;
  private long askedNanos;

  /**
   * @param headers asked for when there is a connection
   * @param failed told once, when there is no connection or no answer in time
   */
  Asking(
      Engine engine,
      SourceUrl url,
      Supplier<Map<String, String>> headers,
      Exchange.Listener listener,
      Consumer<Failure> failed) {
    this.engine = engine;
    this.url = url;
    this.headers = headers;
    this.listener = listener;
    this.failed = failed;
    this.dial = new Dial(engine, url, this::ask, failed);
  }

  void start() {
    dial.start();
  }

  private void ask(Connection connection) {
    askedNanos = System.nanoTime();
    Exchange asking =
        Exchange.on(connection, engine.connections(), engine.settings().fastPath(), listener);
    exchange = asking;
    asking.send(url.requestTarget(), engine.settings().userAgent(), headers.get());
  }

  /** Looks at the clock, now and then, until the answer begins. */
  void tick(long nowNanos) {
    if (exchange == null) {
      dial.tick(nowNanos);
    } else if (exchange.isWaiting()
        && nowNanos - askedNanos > engine.settings().firstByteTimeout().toNanos()) {
      exchange.doubt(engine.settings().connectTimeout());
      failed.accept(
          FetchFailures.of(
              ErrorCode.STALLED,
              url,
              "no answer for " + DurationText.print(engine.settings().firstByteTimeout())));
    }
  }

  /** The exchange, once something was heard of it. */
  Exchange exchange() {
    if (exchange == null) {
      throw new IllegalStateException("nothing is asked yet");
    }
    return exchange;
  }

  /** Drops the connection, or what would become one, unless its answer was dismissed before. */
  void hangUp() {
    dial.cancel();
    if (exchange != null && exchange.isWanted()) {
      exchange.abort();
    }
  }
}
