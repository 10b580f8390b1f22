package dev.haul.fetch;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.Part;
import dev.haul.policy.RedirectRules;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpClientResponse;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fetches a job from one of its sources: name, address, connection, redirects, body. */
final class SourceFetch implements Exchange.Listener {
  private enum Phase {
    RESOLVING,
    CONNECTING,
    ASKING,
    RECEIVING,
    OVER
  }

  private final Engine engine;
  private final Transfer transfer;
  private final DownloadJob job;
  private SourceUrl url;
  private boolean sendsCallerHeaders = true;

  /** The URLs asked, once there was a redirect. */
  private @Nullable Set<String> visited;

  private Phase phase = Phase.RESOLVING;
  private long phaseNanos;
  private List<InetAddress> addresses = List.of();
  private @Nullable Exchange exchange;
  private @Nullable Intake intake;
  private Verdict.@Nullable Accept head;

  SourceFetch(Engine engine, Transfer transfer, DownloadJob job, SourceUrl url) {
    this.engine = engine;
    this.transfer = transfer;
    this.job = job;
    this.url = url;
  }

  /** Asks for the current URL; every hop comes through here, and so through the guard. */
  void start() {
    enter(Phase.RESOLVING);
    if (!engine.settings().allowsPort(url.port())) {
      fail(ErrorCode.FORBIDDEN_ADDRESS, "port " + url.port() + " must not be reached");
      return;
    }
    Resolution known = engine.hosts().known(url.host());
    if (known != null) {
      resolved(known);
    } else {
      engine
          .hosts()
          .lookUp(url.host())
          .onComplete(
              this::resolved,
              cause -> fail(ErrorCode.DNS, "looking the host up failed: " + name(cause)));
    }
  }

  private void resolved(Resolution resolution) {
    if (phase != Phase.RESOLVING) {
      return;
    }
    switch (resolution) {
      case Resolution.Forbidden(String reason) -> fail(ErrorCode.FORBIDDEN_ADDRESS, reason);
      case Resolution.Unknown(String reason) -> fail(ErrorCode.DNS, reason);
      case Resolution.Addresses(List<InetAddress> all) -> {
        addresses = all;
        connect();
      }
    }
  }

  private void connect() {
    for (InetAddress address : addresses) {
      Connection resting = engine.connections().take(Endpoint.of(url, address));
      if (resting != null) {
        ask(resting);
        return;
      }
    }
    enter(Phase.CONNECTING);
    open(0);
  }

  private void open(int index) {
    engine
        .connections()
        .open(Endpoint.of(url, addresses.get(index)))
        .onComplete(
            connection -> {
              if (phase == Phase.CONNECTING) {
                ask(connection);
              } else {
                engine.connections().release(connection);
              }
            },
            cause -> {
              if (phase != Phase.CONNECTING) {
                return;
              }
              if (index + 1 < addresses.size()) {
                open(index + 1);
              } else {
                fail(FetchFailures.connecting(url, cause));
              }
            });
  }

  private void ask(Connection connection) {
    enter(Phase.ASKING);
    exchange = new Exchange(connection, engine.connections(), engine.settings().fastPath(), this);
    exchange.send(url.requestTarget(), headers());
  }

  private Map<String, String> headers() {
    Map<String, String> headers = HashMap.newHashMap(4 + job.headers().size());
    headers.put("user-agent", engine.settings().userAgent());
    headers.put("accept", "*/*");
    headers.put("accept-encoding", "identity");
    if (sendsCallerHeaders) {
      headers.putAll(job.headers());
    }
    return headers;
  }

  @Override
  public void answered(HttpClientResponse response) {
    Exchange current = exchange();
    Verdict verdict =
        engine
            .responses()
            .judge(
                url,
                job.size(),
                response.statusCode(),
                response.headers(),
                engine.clock().instant());
    switch (verdict) {
      case Verdict.Reject(Failure failure) -> {
        dismiss(current);
        fail(failure);
      }
      case Verdict.Redirect(String location) -> {
        dismiss(current);
        redirect(location);
      }
      case Verdict.Accept accept -> {
        current.take();
        receive(accept, current);
      }
    }
  }

  private void dismiss(Exchange current) {
    exchange = null;
    current.dismiss();
  }

  private void redirect(@Nullable String location) {
    if (visited == null) {
      visited = new HashSet<>();
    }
    visited.add(url.uri().toString());
    switch (engine.redirects().decide(url, location, visited)) {
      case RedirectRules.Decision.Refuse(String reason) -> fail(ErrorCode.REDIRECT, reason);
      case RedirectRules.Decision.Follow(SourceUrl next, boolean crossesOrigin) -> {
        url = next;
        sendsCallerHeaders &= !crossesOrigin;
        enter(Phase.RESOLVING);
        // By then this answer has been read to the end, if it was short, and its connection rests.
        engine
            .context()
            .runOnContext(_ -> {
              if (phase == Phase.RESOLVING) {
                start();
              }
            });
      }
    }
  }

  private void receive(Verdict.Accept accept, Exchange current) {
    enter(Phase.RECEIVING);
    head = accept;
    OptionalLong total = accept.length() >= 0 ? OptionalLong.of(accept.length()) : job.size();
    Part part = transfer.store().begin(job);
    ProgressTeller progress = new ProgressTeller(engine, transfer.order(), total, phaseNanos);
    intake = new Intake(engine, url, part, current, accept, job.size(), progress, phaseNanos);
  }

  @Override
  public void received(ByteBuf bytes) {
    Intake taking = intake;
    if (taking == null) {
      bytes.release();
      return;
    }
    transfer.count(bytes.readableBytes());
    Failure failure = taking.take(bytes);
    if (failure != null) {
      exchange().abort();
      engine.context().runOnContext(_ -> fail(failure));
    }
  }

  @Override
  public void ended() {
    Intake taken = intake;
    if (phase != Phase.RECEIVING || taken == null || head == null) {
      return;
    }
    Failure failure = taken.end(System.nanoTime());
    if (failure != null) {
      fail(failure);
    } else {
      deliver(taken, head);
    }
  }

  /** A part that cannot be written is delivered too: publishing it tells why. */
  private void deliver(Intake taken, Verdict.Accept accept) {
    phase = Phase.OVER;
    intake = null;
    transfer.delivered(taken.part(), accept.contentType(), accept.etag());
  }

  @Override
  public void broke(Throwable cause) {
    boolean staleConnection = phase == Phase.ASKING && exchange().connection().isReused();
    Failure failure =
        FetchFailures.answering(
            url, cause, intake == null ? "before an answer came" : intake.soFar());
    if (staleConnection && failure.code() == ErrorCode.INTERRUPTED) {
      // The server closed a resting connection just as it was used: nothing about the source.
      connect();
    } else {
      fail(failure);
    }
  }

  /** Looks at the clock, now and then. */
  void tick(long nowNanos) {
    FetchSettings settings = engine.settings();
    long inPhase = nowNanos - phaseNanos;
    switch (phase) {
      case RESOLVING -> {
        if (inPhase > settings.connectTimeout().toNanos()) {
          fail(ErrorCode.DNS, "looking the host up took too long");
        }
      }
      case ASKING -> {
        if (inPhase > settings.firstByteTimeout().toNanos()) {
          fail(ErrorCode.STALLED, "no answer for " + settings.firstByteTimeout());
        }
      }
      case RECEIVING -> {
        Intake taking = intake;
        if (taking != null && head != null) {
          if (taking.part().isBroken()) {
            exchange().abort();
            deliver(taking, head);
            return;
          }
          Failure failure = taking.tick(nowNanos);
          if (failure != null) {
            fail(failure);
          }
        }
      }
      case CONNECTING, OVER -> {}
    }
  }

  /** Drops the connection in use and what was stored; nothing is heard of this source any more. */
  void cancel() {
    phase = Phase.OVER;
    if (exchange != null && !exchange.isOver()) {
      exchange.abort();
    }
    if (intake != null) {
      intake.part().discard();
      intake = null;
    }
  }

  private void fail(ErrorCode code, String text) {
    fail(FetchFailures.of(code, url, text));
  }

  private void fail(Failure failure) {
    if (phase != Phase.OVER) {
      phase = Phase.OVER;
      cancel();
      transfer.sourceFailed(failure);
    }
  }

  private void enter(Phase next) {
    phase = next;
    phaseNanos = System.nanoTime();
  }

  private Exchange exchange() {
    if (exchange == null) {
      throw new IllegalStateException("no exchange yet");
    }
    return exchange;
  }

  private static String name(Throwable cause) {
    return cause.getClass().getSimpleName();
  }
}
