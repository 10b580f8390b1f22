package dev.haul.fetch;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.DownloadJob;
import dev.haul.job.SourceUrl;
import dev.haul.pipeline.FetchOrder;
import dev.haul.pipeline.Part;
import dev.haul.pipeline.PartKey;
import dev.haul.pipeline.PartOrder;
import dev.haul.pipeline.PartStore;
import dev.haul.policy.ByteRange;
import dev.haul.policy.RangeRequest;
import dev.haul.policy.Ranges;
import dev.haul.policy.Representation;
import dev.haul.policy.SegmentPlan;
import dev.haul.policy.SegmentSettings;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The file of one source as it grows, over several answers where one breaks off: the part, what is
 * still missing of it, and how far it is.
 */
final class Draft {
  /** Of what is smaller nothing is kept: it is held in memory to its end. */
  private static final long WORTH_KEEPING = 64 << 10;

  /**
   * Of so many bytes that came, some stand in the journal of the part, whatever still waits to be
   * written.
   */
  private static final long SURELY_NOTED = 9 << 20;

  private final Engine engine;
  private final FetchOrder order;
  private final PartStore parts;
  private final SourceUrl source;
  private @Nullable Part part;
  private @Nullable ProgressTeller progress;

  /** Bytes that were here before this attempt brought some. */
  private long before;

  private boolean advanced;
  private boolean looked;
  private boolean closed;

  Draft(Engine engine, FetchOrder order, PartStore parts, SourceUrl source) {
    this.engine = engine;
    this.order = order;
    this.parts = parts;
    this.source = source;
  }

  /** Takes up what an earlier attempt left; false when there is nothing to wait for. */
  boolean open(Runnable ready) {
    if (looked) {
      return false;
    }
    looked = true;
    Future<@Nullable Part> kept = parts.resume(order.partKey(), source, algorithm());
    if (kept == null) {
      return false;
    }
    kept.onSuccess(found ->
        engine
            .context()
            .runOnContext(_ -> {
              takeUp(found);
              ready.run();
            }));
    return true;
  }

  private void takeUp(@Nullable Part found) {
    Representation of = found == null ? null : found.representation();
    if (found == null || of == null) {
      return;
    }
    OptionalLong wanted = order.job().size();
    if (closed) {
      var _ = found.keep();
    } else if (wanted.isPresent() && !of.size().equals(wanted)) {
      found.discard();
    } else {
      part = found;
    }
  }

  private Algorithm algorithm() {
    Checksum wanted = order.job().checksum();
    return wanted == null ? Algorithm.SHA256 : wanted.algorithm();
  }

  /** What to ask for next; null for the whole file. */
  @Nullable RangeRequest request() {
    Representation of = representation();
    if (part == null || of == null || part.bytes() == 0) {
      return null;
    }
    List<ByteRange> here = part.ranges();
    if (of.size().isEmpty()) {
      // Then it has come from the first byte on, without a gap.
      return new RangeRequest(
          of.validator(), part.bytes(), OptionalLong.empty(), OptionalLong.empty());
    }
    long size = of.size().getAsLong();
    ByteRange gap = Ranges.of(here).gaps(size).getFirst();
    return new RangeRequest(
        of.validator(),
        gap.from(),
        gap.to() == size ? OptionalLong.empty() : OptionalLong.of(gap.to()),
        of.size());
  }

  static Map<String, String> ranged(Map<String, String> headers, RangeRequest range) {
    var all = new LinkedHashMap<>(headers);
    all.put("Range", range.range());
    all.put("If-Range", range.validator().value());
    return all;
  }

  static RangeRequest.Head head(HttpClientResponse response) {
    return new RangeRequest.Head(
        response.statusCode(),
        response.getHeader(HttpHeaders.CONTENT_RANGE),
        response.getHeader(HttpHeaders.CONTENT_LENGTH),
        response.getHeader(HttpHeaders.ETAG),
        response.getHeader(HttpHeaders.LAST_MODIFIED));
  }

  /** How to share out what is missing among connections; null when it is not worth it. */
  @Nullable SegmentPlan plan() {
    SegmentSettings settings = engine.settings().segments();
    Representation of = representation();
    if (part == null
        || part.needsOrder()
        || of == null
        || of.size().isEmpty()
        || settings.count() == 1) {
      return null;
    }
    long size = of.size().getAsLong();
    return size - part.bytes() < settings.threshold()
        ? null
        : new SegmentPlan(
            settings.count(), settings.minPiece(), Ranges.of(part.ranges()).gaps(size));
  }

  /** Bytes that are here. */
  long bytes() {
    return part == null ? 0 : part.bytes();
  }

  /** Whether all bytes are here. */
  boolean isWhole() {
    Representation of = representation();
    return part != null
        && of != null
        && of.size().isPresent()
        && part.bytes() == of.size().getAsLong();
  }

  /** Whether an answer that ended well was not all: something is known to be missing. */
  boolean isGappy() {
    Representation of = representation();
    return of != null && of.size().isPresent() && !isWhole();
  }

  /** Whether what has come can be continued. */
  boolean isResumable() {
    return representation() != null;
  }

  @Nullable Representation representation() {
    return part == null ? null : part.representation();
  }

  boolean isBroken() {
    return part != null && part.isBroken();
  }

  @Nullable Part part() {
    return part;
  }

  /** Begins with the first byte, whatever was there before. */
  Part begin(Verdict.Accept head) {
    discard();
    DownloadJob job = order.job();
    OptionalLong size = head.length() >= 0 ? OptionalLong.of(head.length()) : job.size();
    boolean keeps = head.validator() != null && size.orElse(Long.MAX_VALUE) > WORTH_KEEPING;
    Representation of =
        keeps && head.validator() != null
            ? new Representation(
                PartKey.digest(source.text()),
                head.validator(),
                head.length() >= 0 ? size : OptionalLong.empty(),
                head.contentType())
            : null;
    Part begun =
        parts.begin(
            new PartOrder(
                order.partKey(), job, head.contentType(), algorithm(), head.digests(), size, of));
    part = begun;
    return begun;
  }

  void tick(long nowNanos) {
    if (part == null || progress == null) {
      return;
    }
    progress.tick(part.bytes(), nowNanos);
    if (!advanced && part.representation() != null && part.bytes() - before >= SURELY_NOTED) {
      advanced = true;
      order.advanced().run();
    }
  }

  /** The bytes begin to come, or go on. */
  void receiving(OptionalLong size, long nowNanos) {
    if (progress == null && part != null) {
      before = part.bytes();
      progress = new ProgressTeller(engine, order, size, before, nowNanos);
    }
  }

  /** Gives the whole part away. */
  @Nullable Part deliver(long nowNanos) {
    Part whole = part;
    if (whole != null && progress != null) {
      progress.end(whole.bytes(), nowNanos);
    }
    part = null;
    return whole;
  }

  /** Keeps what is here for a later attempt; nothing is taken up any more. */
  Future<Void> keep() {
    closed = true;
    Part kept = part;
    part = null;
    return kept == null ? Future.succeededFuture() : kept.keep();
  }

  /** Like {@link #keep}, for bytes that are not wanted. */
  void close() {
    closed = true;
    discard();
  }

  void discard() {
    Part dropped = part;
    part = null;
    progress = null;
    if (dropped != null) {
      dropped.discard();
    }
  }
}
