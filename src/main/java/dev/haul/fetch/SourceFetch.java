package dev.haul.fetch;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.Part;
import dev.haul.policy.ExpectedContent;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Fetches a job from one of its sources: name, address, connection, redirects, body. */
final class SourceFetch implements Exchange.Listener {
  private enum Phase {
    DIALLING,
    ASKING,
    RECEIVING,
    OVER
  }

  /** How often a request that the server did not look at is sent again. */
  private static final int MAX_UNHEARD = 5;

  private final Engine engine;
  private final Transfer transfer;
  private final DownloadJob job;
  private final Route route;
  private final ExpectedContent content;
  private Phase phase = Phase.DIALLING;
  private long phaseNanos;
  private @Nullable Dial dial;
  private @Nullable Exchange exchange;
  private @Nullable Intake intake;
  private int unheardCount;
  private Verdict.@Nullable Accept head;

  SourceFetch(
      Engine engine,
      Transfer transfer,
      DownloadJob job,
      @Nullable Credential credential,
      SourceUrl source) {
    this.engine = engine;
    this.transfer = transfer;
    this.job = job;
    this.route = new Route(engine.redirects(), job, credential, source);
    this.content =
        engine
            .content()
            .expected(job, source, credential == null ? List.of() : credential.contentTypes());
  }

  /** Asks for the current URL; every hop comes through here, and so through the guard. */
  void start() {
    phase = Phase.DIALLING;
    dial = new Dial(engine, route.url(), this::ask, this::fail);
    dial.start();
  }

  private void ask(Connection connection) {
    enter(Phase.ASKING);
    exchange = Exchange.on(connection, engine.connections(), engine.settings().fastPath(), this);
    exchange.send(route.url().requestTarget(), engine.settings().userAgent(), route.headers());
  }

  @Override
  public void answered(HttpClientResponse response) {
    Exchange current = exchange();
    Verdict verdict =
        engine
            .responses()
            .judge(
                route.url(),
                content,
                job.size(),
                response.statusCode(),
                response.headers(),
                engine.clock().instant());
    switch (verdict) {
      case Verdict.Reject(Failure failure) -> {
        dismiss(current);
        rejected(failure);
      }
      case Verdict.Redirect(String location) -> {
        dismiss(current);
        redirect(location);
      }
      case Verdict.Accept accept -> {
        transfer.accepted(this);
        current.take();
        receive(accept, current);
      }
    }
  }

  private void dismiss(Exchange current) {
    exchange = null;
    current.dismiss();
  }

  /** A secret that was refused may have been replaced: the new one is tried, once. */
  private void rejected(Failure failure) {
    Credential used = route.used();
    int status = failure.status().orElse(0);
    if (used == null || (status != 401 && status != 403)) {
      fail(failure);
      return;
    }
    phase = Phase.DIALLING;
    Failure refused = FetchFailures.refused(route.url(), used, status);
    engine
        .credentials()
        .renew(used, route.sent(), engine.context())
        .onComplete(_ -> {
          if (phase == Phase.DIALLING && route.takesNewSecret()) {
            start();
          } else {
            fail(refused);
          }
        });
  }

  private void redirect(@Nullable String location) {
    String refusal = route.redirect(location);
    if (refusal != null) {
      fail(ErrorCode.REDIRECT, refusal);
      return;
    }
    phase = Phase.DIALLING;
    // By then this answer has been read to the end, if it was short, and its connection rests.
    engine
        .context()
        .runOnContext(_ -> {
          if (phase == Phase.DIALLING) {
            start();
          }
        });
  }

  private void receive(Verdict.Accept accept, Exchange current) {
    enter(Phase.RECEIVING);
    head = accept;
    OptionalLong total = accept.length() >= 0 ? OptionalLong.of(accept.length()) : job.size();
    Part part = transfer.store().begin(job, accept.digests());
    Opening opening = content.looksAtOpening() ? new Opening(content) : null;
    ProgressTeller progress = new ProgressTeller(engine, transfer.order(), total, phaseNanos);
    intake =
        new Intake(
            engine, route.url(), part, current, accept, job.size(), opening, progress, phaseNanos);
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
    boolean unheard =
        phase == Phase.ASKING && exchange().isUnheard(cause) && unheardCount++ < MAX_UNHEARD;
    Failure failure =
        FetchFailures.answering(
            route.url(), cause, intake == null ? "before an answer came" : intake.soFar());
    if (unheard && failure.code() == ErrorCode.INTERRUPTED) {
      // A resting connection closed just as it was used, a stream was refused: nothing about the
      // source.
      start();
    } else {
      fail(failure);
    }
  }

  /** Looks at the clock, now and then. */
  void tick(long nowNanos) {
    FetchSettings settings = engine.settings();
    long inPhase = nowNanos - phaseNanos;
    switch (phase) {
      case DIALLING -> {
        if (dial != null) {
          dial.tick(nowNanos);
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
      case OVER -> {}
    }
  }

  /** Drops the connection in use and what was stored; nothing is heard of this source any more. */
  void cancel() {
    phase = Phase.OVER;
    if (dial != null) {
      dial.cancel();
    }
    if (exchange != null && !exchange.isOver()) {
      exchange.abort();
    }
    if (intake != null) {
      intake.part().discard();
      intake = null;
    }
  }

  private void fail(ErrorCode code, String text) {
    fail(FetchFailures.of(code, route.url(), text));
  }

  private void fail(Failure failure) {
    if (phase != Phase.OVER) {
      phase = Phase.OVER;
      cancel();
      transfer.sourceFailed(this, failure);
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
}
