package dev.haul.policy;

import dev.haul.policy.SegmentPlan.Piece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a connection that is far behind the others of the same file. Another one may take another
 * way through the network, and its piece is not what all wait for in the end.
 */
public final class SlowPieces {
  /** A connection with less than a quarter of the usual speed is slow. */
  private static final int FRACTION = 4;

  /** Each replacement costs a request; a host whose connections all differ is left alone. */
  private static final int MOST = 16;

  /** A piece that will be here soon is not worth another connection. */
  private static final long LEAST = 1 << 20;

  private final long windowNanos;
  private final Map<Piece, Long> before = new HashMap<>();
  private long sampledNanos;
  private boolean sampled;
  private int found;

  /**
   * @param window over which speeds are compared
   */
  public SlowPieces(Duration window) {
    this.windowNanos = window.toNanos();
  }

  /** Whether a window is over. */
  public boolean isDue(long nowNanos) {
    return !sampled || nowNanos - sampledNanos >= windowNanos;
  }

  /**
   * Compares what has come of each piece in the window.
   *
   * @return the slowest of those that ran all of the window, if it is slow; null when none is
   */
  public @Nullable Piece sample(List<Piece> running, long nowNanos) {
    sampled = true;
    sampledNanos = nowNanos;
    Piece slowest = null;
    long least = Long.MAX_VALUE;
    List<Long> speeds = new ArrayList<>();
    for (Piece piece : running) {
      Long at = before.get(piece);
      if (at != null) {
        long came = piece.at() - at;
        speeds.add(came);
        if (came < least && piece.left() > LEAST) {
          least = came;
          slowest = piece;
        }
      }
    }
    before.clear();
    running.forEach(piece -> before.put(piece, piece.at()));
    speeds.sort(null);
    boolean isSlow =
        speeds.size() >= 2 && found < MOST && least < speeds.get(speeds.size() / 2) / FRACTION;
    if (!isSlow) {
      return null;
    }
    found++;
    return slowest;
  }
}
