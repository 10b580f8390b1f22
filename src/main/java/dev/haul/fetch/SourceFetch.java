package dev.haul.fetch;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.Part;
import dev.haul.policy.ExpectedContent;
import dev.haul.policy.RangeAnswer;
import dev.haul.policy.RangeRequest;
import dev.haul.policy.Representation;
import dev.haul.policy.ResumeRules;
import dev.haul.policy.SegmentPlan;
import dev.haul.policy.SegmentPlan.Piece;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a job from one of its sources: name, address, connection, redirects, body; and goes on
 * where it stopped when the connection breaks after it was worth it.
 */
final class SourceFetch implements Exchange.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(SourceFetch.class);

  private enum Phase {
    /** Waits for what is kept of an earlier attempt, for a secret or for its turn. */
    WAITING,
    /** Other connections fetch all that is missing. */
    RESTING,
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
  private final Draft draft;
  private Phase phase = Phase.WAITING;
  private long phaseNanos;
  private @Nullable Dial dial;
  private @Nullable Exchange exchange;
  private int unheardCount;
  private @Nullable RangeRequest asked;
  private @Nullable Body body;
  private @Nullable Segments segments;
  private @Nullable Piece piece;
  private @Nullable String contentType;
  private @Nullable String etag;

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
    this.draft = new Draft(engine, transfer.order(), transfer.store(), source);
  }

  /** Asks for the current URL; every hop comes through here, and so through the guard. */
  void start() {
    phase = Phase.WAITING;
    if (!draft.open(this::dialWhenWaiting)) {
      dial();
    }
  }

  private void dialWhenWaiting() {
    if (phase == Phase.WAITING) {
      dial();
    }
  }

  private void dial() {
    if (draft.isWhole()) {
      // The worker before this one had all of it and did not come to publish it.
      deliver();
      return;
    }
    if (segments != null && piece == null) {
      piece = segments.plan().next();
      if (piece == null) {
        phase = Phase.RESTING;
        return;
      }
    }
    phase = Phase.DIALLING;
    dial = new Dial(engine, route.url(), this::ask, this::fail);
    dial.start();
  }

  private void ask(Connection connection) {
    enter(Phase.ASKING);
    asked = segments != null && piece != null ? segments.request(piece) : draft.request();
    exchange = Exchange.on(connection, engine.connections(), engine.settings().fastPath(), this);
    Map<String, String> headers =
        asked == null ? route.headers() : Draft.ranged(route.headers(), asked);
    exchange.send(route.url().requestTarget(), engine.settings().userAgent(), headers);
  }

  @Override
  public void answered(HttpClientResponse response) {
    Exchange current = exchange();
    RangeAnswer range =
        asked == null ? new RangeAnswer.Unrelated() : asked.judge(Draft.head(response));
    switch (range) {
      case RangeAnswer.Partial partial -> continued(partial, response, current);
      case RangeAnswer.Complete() -> {
        dismiss(current);
        deliver();
      }
      case RangeAnswer.Useless(String reason) -> {
        LOG.debug("{}: {}; starting over", route.url().redacted(), reason);
        stopSegments();
        draft.discard();
        dismiss(current);
        startSoon();
      }
      case RangeAnswer.Whole(), RangeAnswer.Unrelated() -> judge(response, current);
    }
  }

  private void judge(HttpClientResponse response, Exchange current) {
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
        stopSegments();
        Part part = draft.begin(accept);
        long limit = job.size().orElse(engine.responses().maxBytes());
        receive(
            accept,
            part,
            new Body.Span(
                0, accept.length(), accept.framed() || current.framesBodies(), limit, job.size()),
            content.looksAtOpening() ? new Opening(content) : null);
      }
    }
  }

  /** What is here already goes on. */
  private void continued(
      RangeAnswer.Partial partial, HttpClientResponse response, Exchange current) {
    Verdict verdict =
        engine.responses().judgePart(route.url(), content, partial.size(), response.headers());
    Part part = draft.part();
    if (part != null && verdict instanceof Verdict.Accept accept) {
      transfer.accepted(this);
      current.take();
      long to = partial.range().to();
      receive(
          accept,
          part,
          new Body.Span(partial.range().from(), partial.range().length(), true, to, job.size()),
          null);
    } else if (verdict instanceof Verdict.Reject(Failure failure)) {
      dismiss(current);
      fail(failure);
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
    phase = Phase.WAITING;
    Failure refused = FetchFailures.refused(route.url(), used, status);
    engine
        .credentials()
        .renew(used, route.sent(), engine.context())
        .onComplete(_ -> {
          if (phase == Phase.WAITING && route.takesNewSecret()) {
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
    startSoon();
  }

  /** By then an answer that was dismissed has been read, if it was short; its connection rests. */
  private void startSoon() {
    phase = Phase.WAITING;
    engine.context().runOnContext(_ -> dialWhenWaiting());
  }

  private void receive(Verdict.Accept head, Part part, Body.Span span, @Nullable Opening opening) {
    enter(Phase.RECEIVING);
    contentType = head.contentType();
    etag = head.etag();
    OptionalLong size =
        span.length() >= 0 && span.from() == 0 ? OptionalLong.of(span.length()) : job.size();
    Representation of = part.representation();
    draft.receiving(of == null || of.size().isEmpty() ? size : of.size(), phaseNanos);
    part.onRoom(() -> engine.context().runOnContext(_ -> resume()));
    if (segments == null) {
      share(part);
    }
    body =
        new Body(
            engine, route.url(), part, exchange(), span, piece, this::pause, opening, phaseNanos);
    if (segments != null) {
      segments.grow();
    }
  }

  /** Has other connections fetch a share, if there is enough and the streams would be apart. */
  private void share(Part part) {
    Representation of = part.representation();
    SegmentPlan plan = exchange().connection() instanceof Http1Connection ? draft.plan() : null;
    if (of == null || plan == null) {
      return;
    }
    var source =
        new PieceFetch.Source(route.url(), route.headers(), part, transfer::count, this::pause);
    piece = plan.whole();
    segments =
        new Segments(
            engine,
            source,
            of,
            plan,
            transfer.order().slots(),
            asked == null ? piece : null,
            this::segmentsChanged);
  }

  private void segmentsChanged() {
    if (phase == Phase.RESTING) {
      startSoon();
    }
  }

  private void pause() {
    if (exchange != null && body != null && !exchange.isOver() && !exchange.isPaused()) {
      exchange.pause();
    }
    if (segments != null) {
      segments.pause();
    }
  }

  private void resume() {
    if (body != null) {
      body.goOn();
    }
    if (segments != null) {
      segments.resume();
    }
  }

  private void endPiece() {
    if (segments != null && piece != null) {
      segments.firstEnds(piece);
      piece = null;
    }
  }

  private void stopSegments() {
    piece = null;
    if (segments != null) {
      segments.stop();
      segments = null;
    }
  }

  @Override
  public void received(ByteBuf bytes) {
    Body taking = body;
    if (taking == null) {
      bytes.release();
      return;
    }
    transfer.count(bytes.readableBytes());
    Failure failure = taking.take(bytes);
    if (failure != null) {
      exchange().abort();
      engine.context().runOnContext(_ -> fail(failure));
    } else if (taking.isCutShort()) {
      exchange().abort();
      engine.context().runOnContext(_ -> ended());
    }
  }

  @Override
  public void ended() {
    Body taken = body;
    if (phase != Phase.RECEIVING || taken == null) {
      return;
    }
    Failure failure = taken.isCutShort() ? null : taken.end();
    if (failure != null) {
      fail(failure);
      return;
    }
    closeBody();
    endPiece();
    if (draft.isGappy()) {
      startSoon();
    } else {
      deliver();
    }
  }

  /** A part that cannot be written is delivered too: publishing it tells why. */
  private void deliver() {
    phase = Phase.OVER;
    closeBody();
    stopSegments();
    Representation of = draft.representation();
    Part whole = draft.deliver(System.nanoTime());
    if (whole == null) {
      return;
    }
    String type = contentType;
    String tag = etag;
    if (of != null) {
      // The worker that heard the server say so may have been another one.
      type = type == null ? of.contentType() : type;
      tag = tag == null && of.validator().isTag() ? of.validator().value() : tag;
    }
    transfer.delivered(whole, type, tag);
  }

  @Override
  public void broke(Throwable cause) {
    boolean unheard =
        phase == Phase.ASKING && exchange().isUnheard(cause) && unheardCount++ < MAX_UNHEARD;
    Failure failure =
        FetchFailures.answering(
            route.url(), cause, body == null ? "before an answer came" : body.soFar());
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
    if (segments != null) {
      segments.tick(nowNanos);
      draft.tick(nowNanos);
    }
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
        Body taking = body;
        if (taking != null) {
          if (draft.isBroken()) {
            exchange().abort();
            deliver();
            return;
          }
          if (segments == null) {
            draft.tick(nowNanos);
          }
          Failure failure = taking.tick(nowNanos);
          if (failure != null) {
            fail(failure);
          }
        }
      }
      case RESTING -> {
        if (draft.isBroken()) {
          deliver();
        }
      }
      case WAITING, OVER -> {}
    }
  }

  /**
   * Drops the connection in use; nothing is heard of this source any more.
   *
   * @param keep whether what has come may be of use later
   * @return completes when it would outlive this process
   */
  Future<Void> cancel(boolean keep) {
    phase = Phase.OVER;
    hangUp();
    stopSegments();
    if (keep) {
      return draft.keep();
    }
    draft.close();
    return Future.succeededFuture();
  }

  private void hangUp() {
    if (dial != null) {
      dial.cancel();
    }
    if (exchange != null && !exchange.isOver()) {
      exchange.abort();
    }
    closeBody();
  }

  private void closeBody() {
    Body taken = body;
    if (taken != null) {
      taken.close();
      body = null;
    }
  }

  private void fail(ErrorCode code, String text) {
    fail(FetchFailures.of(code, route.url(), text));
  }

  private void fail(Failure failure) {
    if (phase == Phase.OVER) {
      return;
    }
    Body taken = body;
    long bytes = taken == null ? 0 : taken.received();
    endPiece();
    if (draft.isResumable() && ResumeRules.goesOn(failure, bytes)) {
      LOG.debug("{}; going on", failure.message());
      hangUp();
      startSoon();
      return;
    }
    if (segments != null && segments.isRunning() && ResumeRules.keeps(failure)) {
      LOG.debug("{}; others go on", failure.message());
      hangUp();
      phase = Phase.RESTING;
      return;
    }
    var _ = cancel(ResumeRules.keeps(failure));
    transfer.sourceFailed(this, failure);
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
