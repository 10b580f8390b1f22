package dev.haul.fetch;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.pipeline.Part;
import dev.haul.policy.RangeRequest;
import dev.haul.policy.Representation;
import dev.haul.policy.SegmentPlan;
import dev.haul.policy.SegmentPlan.Piece;
import io.netty.buffer.ByteBuf;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * All that flows into a draft: the body of the first connection, and the pieces that others bring
 * beside it. While the part is full, none of them is read.
 */
final class Inflow {
  private final Engine engine;
  private final Transfer transfer;
  private final Route route;
  private final Draft draft;
  private final Runnable changed;
  private @Nullable Body body;
  private @Nullable Segments segments;

  /** What of the file the first connection brings, when it is shared out. */
  private @Nullable Piece piece;

  /**
   * @param changed told when another connection has brought a piece or given one back
   */
  Inflow(Engine engine, Transfer transfer, Route route, Draft draft, Runnable changed) {
    this.engine = engine;
    this.transfer = transfer;
    this.route = route;
    this.draft = draft;
    this.changed = changed;
  }

  /** Takes the next piece of a file that is shared out; false when others fetch all of them. */
  boolean hasWork() {
    if (segments != null && piece == null) {
      piece = segments.plan().next();
      return piece != null;
    }
    return true;
  }

  /** What the first connection asks for; null for the whole file. */
  @Nullable RangeRequest request() {
    return segments != null && piece != null ? segments.request(piece) : draft.request();
  }

  /**
   * Begins to take an answer.
   *
   * @param ranged whether it is an answer to a request for a range
   */
  void begin(
      Part part, Exchange exchange, Body.Span span, boolean ranged, @Nullable Opening opening) {
    long now = System.nanoTime();
    Representation of = part.representation();
    draft.receiving(of == null || of.size().isEmpty() ? size(span) : of.size(), now);
    part.onRoom(() -> engine.context().runOnContext(_ -> resume()));
    if (segments == null && exchange.connection() instanceof Http1Connection) {
      share(part, of, ranged);
    }
    body = new Body(engine, route.url(), part, exchange, span, piece, this::pause, opening, now);
    if (segments != null) {
      segments.grow();
    }
  }

  private static OptionalLong size(Body.Span span) {
    return span.length() >= 0 && span.from() == 0 ? OptionalLong.of(span.length()) : span.size();
  }

  /** Has other connections fetch a share, if there is enough; streams would not be apart. */
  private void share(Part part, @Nullable Representation of, boolean ranged) {
    SegmentPlan plan = of == null ? null : draft.plan();
    if (of == null || plan == null) {
      return;
    }
    var source =
        new PieceFetch.Source(route.url(), route.headers(), part, transfer::count, this::pause);
    Piece first = plan.whole();
    piece = first;
    segments =
        new Segments(
            engine, source, of, plan, transfer.order().slots(), ranged ? null : first, changed);
  }

  private void pause() {
    if (body != null) {
      body.pause();
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

  boolean isReceiving() {
    return body != null;
  }

  /** Takes over a buffer; answers why no more can be taken, null when all is well. */
  @Nullable Failure take(ByteBuf bytes) {
    Body taking = body;
    if (taking == null) {
      bytes.release();
      return null;
    }
    transfer.count(bytes.readableBytes());
    return taking.take(bytes);
  }

  /** Whether the first connection has brought what is wanted of it although more would come. */
  boolean isCutShort() {
    return body != null && body.isCutShort();
  }

  /** Judges the end of the answer; null when it is as it should be. */
  @Nullable Failure end() {
    return body == null || body.isCutShort() ? null : body.end();
  }

  /** Bytes of the answer that have come. */
  long received() {
    return body == null ? 0 : body.received();
  }

  /** How much of the answer has come, for messages. */
  String soFar() {
    return body == null ? "before an answer came" : body.soFar();
  }

  /** Looks at the clock, now and then; answers why the answer must end, null when it goes on. */
  @Nullable Failure tick(long nowNanos) {
    draft.tick(nowNanos);
    if (segments != null && segments.tick(nowNanos, piece)) {
      return FetchFailures.of(
          ErrorCode.STALLED, route.url(), "far slower than the other connections, " + soFar());
    }
    return body == null ? null : body.tick(nowNanos);
  }

  /** Whether other connections bring pieces. */
  boolean isShared() {
    return segments != null && segments.isRunning();
  }

  /** The first connection brings no more; what it has not brought is free again. */
  void endBody() {
    closeBody();
    if (segments != null && piece != null) {
      segments.firstEnds(piece);
    }
    piece = null;
  }

  /** Nothing flows any more. */
  void stop() {
    closeBody();
    piece = null;
    if (segments != null) {
      segments.stop();
      segments = null;
    }
  }

  private void closeBody() {
    if (body != null) {
      body.close();
      body = null;
    }
  }
}
