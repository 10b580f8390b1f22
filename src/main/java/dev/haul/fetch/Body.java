package dev.haul.fetch;

import dev.haul.job.DurationText;
import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.Part;
import dev.haul.policy.SegmentPlan.Piece;
import dev.haul.policy.SpeedFloor;
import io.netty.buffer.ByteBuf;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of one answer into a part: counts and bounds its bytes, stops reading while the
 * part is full, and watches that bytes keep coming.
 */
final class Body {
  /**
   * Where the bytes belong.
   *
   * @param from the position of the first
   * @param length of the body, -1 when the server did not say
   * @param framed whether its end can be told from a connection that broke
   * @param limit the position that no byte may have
   * @param size of the file as the job says it
   * @param checked whether the job says a checksum, which would tell if some of it is missing
   */
  record Span(
      long from, long length, boolean framed, long limit, OptionalLong size, boolean checked) {}

  private final Engine engine;
  private final SourceUrl url;
  private final Part part;
  private final Exchange exchange;
  private final Span span;

  /** What of the span is wanted, as of now; null for all of it. */
  private final @Nullable Piece piece;

  /** Stops all that is written to the part. */
  private final Runnable onFull;

  /** Null when the body may begin as it likes. */
  private final @Nullable Opening opening;

  /** Null when nothing limits how fast bytes may come. */
  private final Bandwidth.@Nullable Meter meter;

  private long at;
  private long seenAt;
  private long seenNanos;

  /** Time in which the server could send, for the speed floor. */
  private long readingNanos;

  private long tickedNanos;
  private @Nullable SpeedFloor floor;

  Body(
      Engine engine,
      SourceUrl url,
      Part part,
      Exchange exchange,
      Span span,
      @Nullable Piece piece,
      Runnable onFull,
      @Nullable Opening opening,
      long nowNanos) {
    this.engine = engine;
    this.url = url;
    this.part = part;
    this.exchange = exchange;
    this.span = span;
    this.piece = piece;
    this.onFull = onFull;
    this.opening = opening;
    this.at = span.from;
    this.seenAt = span.from;
    this.seenNanos = nowNanos;
    this.tickedNanos = nowNanos;
    this.meter =
        engine.bandwidth().meter(url.host(), () -> engine.context().runOnContext(_ -> granted()));
  }

  /** Bytes of this body that have come. */
  long received() {
    return at - span.from;
  }

  /** Takes over a buffer; answers why no more can be taken, null when all is well. */
  @Nullable Failure take(ByteBuf bytes) {
    if (piece != null && bytes.readableBytes() > piece.left()) {
      // The rest has been given to another connection.
      bytes.writerIndex(bytes.readerIndex() + (int) piece.left());
    }
    int size = bytes.readableBytes();
    if (size > span.limit - at) {
      bytes.release();
      return span.size.isPresent()
          ? FetchFailures.of(
              ErrorCode.SIZE_MISMATCH,
              url,
              "body has more than the " + span.size.getAsLong() + " bytes that the job says")
          : FetchFailures.of(
              ErrorCode.TOO_LARGE, url, "body has more than " + span.limit + " bytes");
    }
    String refusal = opening == null ? null : opening.look(bytes);
    if (refusal != null) {
      bytes.release();
      return FetchFailures.unexpected(url, refusal);
    }
    part.write(at, bytes);
    at += size;
    if (piece != null) {
      piece.received(size);
    }
    if (part.isFull()) {
      onFull.run();
    }
    if (meter != null && !meter.take(size) && !exchange.isPaused()) {
      exchange.pause();
    }
    return null;
  }

  /** Whether all that is wanted is here although more would come. */
  boolean isCutShort() {
    return piece != null && piece.left() == 0 && at < span.from + span.length;
  }

  private void granted() {
    if (meter != null) {
      meter.goOn();
    }
    goOn();
  }

  /** Stops reading. */
  void pause() {
    if (!exchange.isOver() && !exchange.isPaused()) {
      exchange.pause();
    }
  }

  /** Reads on, unless the part is full or a grant is waited for. */
  void goOn() {
    if (!part.isFull() && (meter == null || !meter.isWaiting())) {
      exchange.resume();
    }
  }

  /** Nothing more of it is wanted. */
  void close() {
    if (meter != null) {
      meter.close();
    }
  }

  /** Judges the end of the body; null when it is as it should be. */
  @Nullable Failure end() {
    long expected = span.length >= 0 ? span.from + span.length : span.size.orElse(at);
    boolean isKnown = span.framed || span.length >= 0 || span.size.isPresent() || span.checked;
    if (at != expected || (!isKnown && !exchange.endsForSure())) {
      return span.framed
          ? FetchFailures.of(ErrorCode.SIZE_MISMATCH, url, FetchFailures.sizes(at, expected))
          : FetchFailures.of(ErrorCode.INTERRUPTED, url, "connection closed " + soFar());
    }
    String refusal = opening == null ? null : opening.end();
    return refusal == null ? null : FetchFailures.unexpected(url, refusal);
  }

  /** Looks at the clock, now and then; answers why the transfer must end, null when it goes on. */
  @Nullable Failure tick(long nowNanos) {
    long elapsed = nowNanos - tickedNanos;
    tickedNanos = nowNanos;
    if (at != seenAt || exchange.isPaused()) {
      seenAt = at;
      seenNanos = nowNanos;
    }
    FetchSettings settings = engine.settings();
    if (nowNanos - seenNanos > settings.readTimeout().toNanos()) {
      exchange.doubt(settings.connectTimeout());
      return FetchFailures.of(
          ErrorCode.STALLED,
          url,
          "no byte for " + DurationText.print(settings.readTimeout()) + ", " + soFar());
    }
    if (!exchange.isPaused()) {
      readingNanos += elapsed;
    }
    if (floor == null) {
      floor = new SpeedFloor(settings.minSpeed(), settings.minSpeedWindow(), 0, 0);
    }
    if (floor.isBelow(received(), readingNanos)) {
      return FetchFailures.of(
          ErrorCode.STALLED,
          url,
          "less than "
              + settings.minSpeed()
              + " bytes/s over "
              + DurationText.print(settings.minSpeedWindow())
              + ", "
              + soFar());
    }
    return null;
  }

  /** How much has come, for messages. */
  String soFar() {
    long expected = span.length >= 0 ? span.from + span.length : span.size.orElse(-1);
    return expected >= 0 ? "after " + at + " of " + expected + " bytes" : "after " + at + " bytes";
  }
}
