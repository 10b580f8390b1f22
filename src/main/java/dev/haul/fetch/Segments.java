package dev.haul.fetch;

import dev.haul.job.Failure;
import dev.haul.pipeline.ExtraSlots;
import dev.haul.policy.RangeRequest;
import dev.haul.policy.Representation;
import dev.haul.policy.SegmentGrowth;
import dev.haul.policy.SegmentPlan;
import dev.haul.policy.SegmentPlan.Piece;
import dev.haul.policy.SlowPieces;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The further connections of one transfer. The first one fetches pieces of the same plan, and goes
 * on alone when these fail or get no slots.
 */
final class Segments {
  private static final Logger LOG = LoggerFactory.getLogger(Segments.class);

  /** Speeds are compared over this share of the window of {@code fetch.min-speed-window}. */
  private static final int WINDOWS = 6;

  private final Engine engine;
  private final PieceFetch.Source source;
  private final Representation of;
  private final SegmentPlan plan;
  private final ExtraSlots slots;
  private final Runnable changed;

  /** The first connection, until another one has shown that it brings pieces too; null then. */
  private @Nullable Piece alone;

  private final List<PieceFetch> running = new ArrayList<>();
  private final SlowPieces slow;
  private final SegmentGrowth growth;

  /** What the last trial was to bring that was turned away; null when none was. */
  private @Nullable Piece turnedAway;

  private boolean asking;
  private boolean refused;
  private boolean stopped;

  /**
   * @param alone what the first connection is about to bring; null when the server has sent pieces
   * @param changed told when a piece has come or is free again
   */
  Segments(
      Engine engine,
      PieceFetch.Source source,
      Representation of,
      SegmentPlan plan,
      ExtraSlots slots,
      @Nullable Piece alone,
      Runnable changed) {
    this.engine = engine;
    this.source = source;
    this.of = of;
    this.plan = plan;
    this.slots = slots;
    this.changed = changed;
    this.alone = alone;
    this.growth = new SegmentGrowth(engine.settings().segments().count() - 1);
    this.slow = new SlowPieces(engine.settings().minSpeedWindow().dividedBy(WINDOWS));
  }

  SegmentPlan plan() {
    return plan;
  }

  boolean isRunning() {
    return !running.isEmpty();
  }

  RangeRequest request(Piece piece) {
    return new RangeRequest(of.validator(), piece.at(), OptionalLong.of(piece.to()), of.size());
  }

  /** Asks for one more connection, unless there are enough or nothing is left for it. */
  void grow() {
    boolean wanted = growth.isWanted(alone != null, running.size());
    if (stopped || asking || !wanted || plan.isExhausted()) {
      return;
    }
    asking = true;
    slots
        .take()
        .onComplete(
            taken -> engine.context().runOnContext(_ -> granted(taken)),
            _ -> engine.context().runOnContext(_ -> granted(false)));
  }

  private void granted(boolean taken) {
    asking = false;
    refused = !taken;
    if (!taken) {
      return;
    }
    Piece first = alone;
    Piece piece =
        stopped || growth.isCrowded() ? null : first == null ? plan.next() : plan.trial(first);
    if (piece == null) {
      slots.giveBack();
      return;
    }
    var fetch =
        new PieceFetch(engine, source, piece, request(piece), () -> isWanted(piece), this::ended);
    running.add(fetch);
    fetch.start();
    grow();
  }

  /** The first connection ends its piece; whatever comes next shows more than a trial would. */
  void firstEnds(Piece piece) {
    if (alone != null) {
      alone = null;
      for (PieceFetch trial : running) {
        trial.cancel();
        slots.giveBack();
      }
      running.clear();
    }
    plan.end(piece);
  }

  /** A link may be good for one request: the first connection is cut short only after a trial. */
  private boolean isWanted(Piece piece) {
    Piece first = alone;
    if (first == null) {
      return true;
    }
    if (growth.turnsAway()) {
      turnedAway = piece;
      return false;
    }
    boolean confirmed = plan.confirm(first, piece);
    if (confirmed) {
      alone = null;
      engine.context().runOnContext(_ -> grow());
    }
    return confirmed;
  }

  private void ended(PieceFetch fetch, @Nullable Failure failure) {
    running.remove(fetch);
    if (alone == null) {
      plan.end(fetch.piece());
    }
    slots.giveBack();
    if (failure != null && fetch.piece() != turnedAway) {
      growth.failed();
      LOG.debug("{}; the piece goes to another connection", failure.message());
    }
    changed.run();
    grow();
  }

  /**
   * Looks at the clock, now and then.
   *
   * @param first what the first connection brings, null for nothing
   * @return whether the first connection is far slower than the others, and to be replaced
   */
  boolean tick(long nowNanos, @Nullable Piece first) {
    for (PieceFetch fetch : List.copyOf(running)) {
      fetch.tick(nowNanos);
    }
    if (growth.calmsDown()) {
      grow();
    }
    if (!slow.isDue(nowNanos)) {
      return false;
    }
    List<Piece> pieces = new ArrayList<>(running.stream().map(PieceFetch::piece).toList());
    if (first != null && alone == null) {
      pieces.add(first);
    }
    Piece slowest = slow.sample(pieces, nowNanos);
    for (PieceFetch fetch : List.copyOf(running)) {
      if (fetch.piece().equals(slowest)) {
        LOG.debug("A slow connection is replaced");
        fetch.cancel();
        ended(fetch, null);
      }
    }
    if (refused) {
      grow();
    }
    return slowest != null && slowest.equals(first);
  }

  /** The part is full. */
  void pause() {
    growth.full();
    running.forEach(PieceFetch::pause);
  }

  /** The part has room again. */
  void resume() {
    running.forEach(PieceFetch::resume);
  }

  void stop() {
    stopped = true;
    for (PieceFetch fetch : running) {
      fetch.cancel();
      slots.giveBack();
    }
    running.clear();
  }
}
