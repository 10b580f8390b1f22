package dev.haul.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shares the missing bytes of a file out among connections. Pieces are handed out from the front,
 * smaller towards the end, so that what has come stays close to a prefix and connections of
 * different speed end together. When nothing is left to hand out, the piece with most still to come
 * is split, so that nobody waits for the last one.
 *
 * <p>Not safe for use by several threads.
 */
public final class SegmentPlan {
  /** How far apart the places may be that bytes come for: what is ahead is read once more. */
  static final long MAX_PIECE = 64 << 20;

  /** So little is not worth another request. */
  static final long MIN_SPLIT = 1 << 20;

  /** Some bytes that one connection fetches; its end may come closer while it does. */
  public static final class Piece {
    private long at;
    private long to;

    private Piece(long at, long to) {
      this.at = at;
      this.to = to;
    }

    /** The next byte to fetch. */
    public long at() {
      return at;
    }

    /** After its last byte, as of now. */
    public long to() {
      return to;
    }

    public long left() {
      return to - at;
    }

    /** Notes that bytes have come. */
    public void received(long bytes) {
      if (bytes < 0 || bytes > left()) {
        throw new IllegalArgumentException(bytes + " bytes where " + left() + " are left");
      }
      at += bytes;
    }
  }

  private final int connections;
  private final long minPiece;
  private final List<ByteRange> gaps;
  private final List<Piece> active = new ArrayList<>();

  /**
   * @param connections that will share the work
   * @param minPiece bytes that are worth a request, unless fewer are missing
   * @param gaps what is missing, in order
   */
  public SegmentPlan(int connections, long minPiece, List<ByteRange> gaps) {
    this.connections = connections;
    this.minPiece = minPiece;
    this.gaps = new ArrayList<>(gaps);
  }

  /** The next piece to fetch; null when all that is missing is being fetched. */
  public @Nullable Piece next() {
    Piece piece = gaps.isEmpty() ? split() : front();
    if (piece != null) {
      active.add(piece);
    }
    return piece;
  }

  /** All bytes up to the first that is here, for a connection that brings them anyway. */
  public Piece whole() {
    ByteRange gap = gaps.removeFirst();
    var piece = new Piece(gap.from(), gap.to());
    active.add(piece);
    return piece;
  }

  /**
   * A piece ahead of a connection, to try whether another one would bring it. It is part of the
   * plan once {@link #confirm} was called.
   *
   * @return null when too little is left to share
   */
  public @Nullable Piece trial(Piece running) {
    long share = share(running.left());
    return running.left() < 3 * share
        ? null
        : new Piece(running.at + share, running.at + 2 * share);
  }

  /**
   * Has the connection that was ahead of another keep its piece.
   *
   * @return false when the other one is there already
   */
  public boolean confirm(Piece running, Piece trial) {
    if (running.at > trial.at || running.to < trial.to) {
      return false;
    }
    if (trial.to < running.to) {
      gaps.addFirst(new ByteRange(trial.to, running.to));
    }
    running.to = trial.at;
    active.add(trial);
    return true;
  }

  private long share(long missing) {
    return Math.clamp(missing / (2L * connections), minPiece, Math.max(minPiece, MAX_PIECE));
  }

  private Piece front() {
    long share = share(gaps.stream().mapToLong(ByteRange::length).sum());
    ByteRange gap = gaps.removeFirst();
    long to = Math.min(gap.to(), gap.from() + share);
    // A rest that is not worth a request goes along.
    if (gap.to() - to < minPiece) {
      to = gap.to();
    }
    if (to < gap.to()) {
      gaps.addFirst(new ByteRange(to, gap.to()));
    }
    return new Piece(gap.from(), to);
  }

  private @Nullable Piece split() {
    Piece longest = active.stream().max(Comparator.comparingLong(Piece::left)).orElse(null);
    if (longest == null || longest.left() < 2 * MIN_SPLIT) {
      return null;
    }
    long middle = longest.at + longest.left() / 2;
    var rest = new Piece(middle, longest.to);
    longest.to = middle;
    return rest;
  }

  /** Ends a piece; what is left of it is fetched by somebody else. */
  public void end(Piece piece) {
    active.remove(piece);
    if (piece.left() > 0) {
      gaps.add(new ByteRange(piece.at, piece.to));
      gaps.sort(Comparator.comparingLong(ByteRange::from));
    }
  }

  /** Whether nothing is left to hand out, and nothing to split. */
  public boolean isExhausted() {
    return gaps.isEmpty() && active.stream().noneMatch(piece -> piece.left() >= 2 * MIN_SPLIT);
  }

  /** Whether every byte has come. */
  public boolean isDone() {
    return gaps.isEmpty() && active.stream().allMatch(piece -> piece.left() == 0);
  }
}
