package dev.haul.fetch;

import dev.haul.job.ErrorCode;
import dev.haul.job.Failure;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.Part;
import dev.haul.policy.SpeedFloor;
import io.netty.buffer.ByteBuf;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of one answer into a part: counts and bounds its bytes, stops reading while the
 * part is full, and watches that bytes keep coming.
 */
final class Intake {
  private final Engine engine;
  private final SourceUrl url;
  private final Part part;
  private final Exchange exchange;
  private final Verdict.Accept head;
  private final OptionalLong size;
  private final long limit;
  private final ProgressTeller progress;

  /** Null when the body may begin as it likes. */
  private final @Nullable Opening opening;

  private long seenBytes;
  private long seenNanos;

  /** Time in which the server could send, for the speed floor. */
  private long readingNanos;

  private long tickedNanos;
  private @Nullable SpeedFloor floor;

  Intake(
      Engine engine,
      SourceUrl url,
      Part part,
      Exchange exchange,
      Verdict.Accept head,
      OptionalLong size,
      @Nullable Opening opening,
      ProgressTeller progress,
      long nowNanos) {
    this.engine = engine;
    this.url = url;
    this.part = part;
    this.exchange = exchange;
    this.head = head;
    this.size = size;
    this.limit = size.orElse(engine.settings().maxBytes());
    this.opening = opening;
    this.progress = progress;
    this.seenNanos = nowNanos;
    this.tickedNanos = nowNanos;
    part.onRoom(() -> engine.context().runOnContext(_ -> exchange.resume()));
  }

  Part part() {
    return part;
  }

  /** Takes over a buffer; answers why no more can be taken, null when all is well. */
  @Nullable Failure take(ByteBuf bytes) {
    if (bytes.readableBytes() > limit - part.bytes()) {
      bytes.release();
      return size.isPresent()
          ? FetchFailures.of(
              ErrorCode.SIZE_MISMATCH,
              url,
              "body has more than the " + limit + " bytes that the job says")
          : FetchFailures.of(ErrorCode.TOO_LARGE, url, "body has more than " + limit + " bytes");
    }
    String refusal = opening == null ? null : opening.look(bytes);
    if (refusal != null) {
      bytes.release();
      return FetchFailures.unexpected(url, refusal);
    }
    part.append(bytes);
    if (part.isFull() && !exchange.isPaused()) {
      exchange.pause();
    }
    return null;
  }

  /** Judges the end of the body; null when it is whole. */
  @Nullable Failure end(long nowNanos) {
    progress.end(part.bytes(), nowNanos);
    if (size.isPresent() && part.bytes() != size.getAsLong()) {
      return head.framed()
          ? FetchFailures.of(
              ErrorCode.SIZE_MISMATCH, url, FetchFailures.sizes(part.bytes(), size.getAsLong()))
          : FetchFailures.of(ErrorCode.INTERRUPTED, url, "connection closed " + soFar());
    }
    String refusal = opening == null ? null : opening.end();
    return refusal == null ? null : FetchFailures.unexpected(url, refusal);
  }

  /** Looks at the clock, now and then; answers why the transfer must end, null when it goes on. */
  @Nullable Failure tick(long nowNanos) {
    long bytes = part.bytes();
    progress.tick(bytes, nowNanos);
    long elapsed = nowNanos - tickedNanos;
    tickedNanos = nowNanos;
    if (bytes != seenBytes || exchange.isPaused()) {
      seenBytes = bytes;
      seenNanos = nowNanos;
    }
    FetchSettings settings = engine.settings();
    if (nowNanos - seenNanos > settings.readTimeout().toNanos()) {
      return FetchFailures.of(
          ErrorCode.STALLED, url, "no byte for " + settings.readTimeout() + ", " + soFar());
    }
    if (!exchange.isPaused()) {
      readingNanos += elapsed;
    }
    if (floor == null) {
      floor = new SpeedFloor(settings.minSpeed(), settings.minSpeedWindow(), 0, 0);
    }
    if (floor.isBelow(bytes, readingNanos)) {
      return FetchFailures.of(
          ErrorCode.STALLED,
          url,
          "less than "
              + settings.minSpeed()
              + " bytes/s over "
              + settings.minSpeedWindow()
              + ", "
              + soFar());
    }
    return null;
  }

  /** How much has come, for messages. */
  String soFar() {
    long expected = head.length() >= 0 ? head.length() : size.orElse(-1);
    return expected >= 0
        ? "after " + part.bytes() + " of " + expected + " bytes"
        : "after " + part.bytes() + " bytes";
  }
}
