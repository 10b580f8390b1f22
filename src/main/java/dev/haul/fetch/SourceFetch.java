package dev.haul.fetch;

import dev.haul.job.DownloadJob;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.Part;
import dev.haul.policy.ExpectedContent;
import dev.haul.policy.RangeRequest;
import dev.haul.policy.Representation;
import dev.haul.policy.ResumeRules;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a job from one of its sources, asking again as its answers demand: after a redirect, with
 * a renewed secret, for what is still missing, and when the connection breaks after it was worth
 * it.
 */
final class SourceFetch implements Exchange.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(SourceFetch.class);

  private enum Phase {
    /** Waits for what is kept of an earlier attempt, for a secret or for its turn. */
    WAITING,
    /** Other connections fetch all that is missing. */
    RESTING,
    ASKING,
    RECEIVING,
    OVER
  }

  /** How often a request that the server did not look at is sent again. */
  private static final int MAX_UNHEARD = 5;

  private final Engine engine;
  private final Transfer transfer;
  private final Route route;
  private final ExpectedContent content;
  private final HeadRules heads;
  private final Draft draft;
  private final Inflow inflow;
  private Phase phase = Phase.WAITING;
  private @Nullable Asking asking;

  /** What was asked for; null for the whole file. */
  private @Nullable RangeRequest asked;

  private int unheardCount;

  /** Whether an answer could be kept since the source was asked where its file is. */
  private boolean served;

  /** Bytes that were here when an answer broke, at most. */
  private long mostHere;

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
    this.route = new Route(engine.redirects(), job, credential, source);
    this.content =
        engine
            .content()
            .expected(job, source, credential == null ? List.of() : credential.contentTypes());
    this.heads = new HeadRules(engine, job, content);
    this.draft = new Draft(engine, transfer.order(), transfer.parts(), source);
    this.inflow = new Inflow(engine, transfer, route, draft, this::piecesChanged);
  }

  /** Asks for the current URL; every hop comes through here, and so through the guard. */
  void start() {
    phase = Phase.WAITING;
    if (!draft.open(this::askWhenWaiting)) {
      ask();
    }
  }

  private void askWhenWaiting() {
    if (phase == Phase.WAITING) {
      ask();
    }
  }

  /** By then an answer that was dismissed has been read, if it was short; its connection rests. */
  private void askSoon() {
    phase = Phase.WAITING;
    engine.context().runOnContext(_ -> askWhenWaiting());
  }

  private void ask() {
    if (draft.isWhole()) {
      // The worker before this one had all of it and did not come to publish it.
      deliver();
    } else if (inflow.hasWork()) {
      phase = Phase.ASKING;
      var next = new Asking(engine, route.url(), this::headers, this, this::fail);
      asking = next;
      next.start();
    } else {
      phase = Phase.RESTING;
    }
  }

  private Map<String, String> headers() {
    asked = inflow.request();
    return asked == null ? route.headers() : Draft.ranged(route.headers(), asked);
  }

  private void piecesChanged() {
    if (phase == Phase.RESTING) {
      askSoon();
    }
  }

  @Override
  public void answered(HttpClientResponse response) {
    switch (heads.meaning(route.url(), asked, response, exchange().framesBodies())) {
      case Meaning.Whole(Verdict.Accept head, Body.Span span) -> {
        inflow.stop();
        Opening opening = content.looksAtOpening() ? new Opening(content) : null;
        receive(head, draft.begin(head), span, opening);
      }
      case Meaning.Rest(Verdict.Accept head, Body.Span span) ->
          receive(head, Objects.requireNonNull(draft.part()), span, null);
      case Meaning.Complete() -> {
        exchange().dismiss();
        deliver();
      }
      case Meaning.Useless(String reason) -> {
        LOG.debug("{}: {}; starting over", route.url().redacted(), reason);
        inflow.stop();
        draft.discard();
        exchange().dismiss();
        askSoon();
      }
      case Meaning.Redirect(String location) -> {
        exchange().dismiss();
        redirect(location);
      }
      case Meaning.Reject(Failure failure) -> {
        exchange().dismiss();
        rejected(failure);
      }
    }
  }

  private void receive(Verdict.Accept head, Part part, Body.Span span, @Nullable Opening opening) {
    phase = Phase.RECEIVING;
    served = true;
    transfer.accepted(this);
    exchange().take();
    contentType = head.contentType();
    etag = head.etag();
    inflow.begin(part, exchange(), span, asked != null, opening);
  }

  /** A secret that was refused may have been replaced: the new one is tried, once. */
  private void rejected(Failure failure) {
    if (asksSourceAgain(failure)) {
      return;
    }
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
    if (refusal == null) {
      askSoon();
    } else {
      rejected(FetchFailures.of(ErrorCode.REDIRECT, route.url(), refusal));
    }
  }

  /** A link that has served says nothing about the file when it does not any more: many expire. */
  private boolean asksSourceAgain(Failure failure) {
    boolean asks = served && route.isRedirected() && !failure.retryable();
    if (asks) {
      LOG.debug("{}; asking for another link", failure.message());
      served = false;
      inflow.stop();
      route.restart();
      askSoon();
    }
    return asks;
  }

  @Override
  public void received(ByteBuf bytes) {
    Failure failure = inflow.take(bytes);
    if (failure != null) {
      exchange().abort();
      engine.context().runOnContext(_ -> fail(failure));
    } else if (inflow.isCutShort()) {
      exchange().abort();
      engine.context().runOnContext(_ -> ended());
    }
  }

  @Override
  public void ended() {
    if (phase != Phase.RECEIVING) {
      return;
    }
    Failure failure = inflow.end();
    if (failure != null) {
      fail(failure);
      return;
    }
    inflow.endBody();
    if (draft.isGappy()) {
      askSoon();
    } else {
      deliver();
    }
  }

  /** A part that cannot be written is delivered too: publishing it tells why. */
  private void deliver() {
    phase = Phase.OVER;
    inflow.stop();
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
    Failure failure = FetchFailures.answering(route.url(), cause, inflow.soFar());
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
    if (phase == Phase.OVER) {
      return;
    }
    boolean receives = phase == Phase.RECEIVING || phase == Phase.RESTING;
    if (receives && draft.isBroken()) {
      hangUp();
      deliver();
      return;
    }
    Failure failure = inflow.tick(nowNanos);
    if (failure != null) {
      fail(failure);
    } else if (phase == Phase.ASKING && asking != null) {
      asking.tick(nowNanos);
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
    inflow.stop();
    if (keep) {
      return draft.keep();
    }
    draft.close();
    return Future.succeededFuture();
  }

  private void hangUp() {
    if (asking != null) {
      asking.hangUp();
      asking = null;
    }
  }

  /**
   * Goes on by itself where that may help, lets other connections go on, or gives the source up.
   */
  private void fail(Failure failure) {
    if (phase == Phase.OVER) {
      return;
    }
    long received = inflow.received();
    long gained = draft.bytes() - mostHere;
    mostHere += Math.max(gained, 0);
    hangUp();
    inflow.endBody();
    if (draft.isResumable() && ResumeRules.goesOn(failure, received, gained)) {
      LOG.debug("{}; going on", failure.message());
      askSoon();
    } else if (inflow.isShared() && ResumeRules.keeps(failure)) {
      LOG.debug("{}; others go on", failure.message());
      phase = Phase.RESTING;
    } else {
      var _ = cancel(ResumeRules.keeps(failure));
      transfer.sourceFailed(this, failure);
    }
  }

  private Exchange exchange() {
    return Objects.requireNonNull(asking, "nothing is asked").exchange();
  }
}
