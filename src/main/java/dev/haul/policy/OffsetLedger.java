package dev.haul.policy;

import org.jspecify.annotations.Nullable;

/**
 * Remembers which offsets of one partition are finished, and says what to commit: never more than
 * the offset before which all are, and beside it the ones that finished early, so that a crash
 * repeats only what was in flight.
 *
 * <p>Offsets are taken in ascending order. Offsets that are skipped (compaction, markers of
 * transactions, retention) hold no job and count as finished. What is kept is what is <em>not</em>
 * finished: there are a few thousand of those, and perhaps millions of the others.
 *
 * <p>Belongs to one thread.
 */
public final class OffsetLedger {
  /** The records that one poll may bring after {@link #isNearlyFull} has said no. */
  public static final int POLL_RECORDS = 500;

  /**
   * What one record more may add to the metadata: itself, and up to 127 offsets skipped before it.
   * Where a poll skips more on average, the last runs may have to be left out.
   */
  private static final int BITS_PER_RECORD = 2 + CommitMetadata.bits(127) + 1;

  private static final int POLL_BITS = POLL_RECORDS * BITS_PER_RECORD;

  /** In flight are those before {@link #next}; the others were when the last commit was made. */
  private final OffsetRuns unfinished = new OffsetRuns();

  private final boolean metadataIgnored;

  /** After the last offset seen. */
  private long next;

  /** After the last offset known, seen or told by the metadata of the commit. */
  private long end;

  private int inFlight;
  private @Nullable Commit commit;

  private OffsetLedger(long offset, long @Nullable [] runs) {
    metadataIgnored = runs == null;
    next = offset;
    end = offset;
    for (int i = 0; runs != null && i < runs.length; i += 2) {
      unfinished.append(end, end + runs[i]);
      end += runs[i] + runs[i + 1];
    }
  }

  /** A ledger that goes on where the one that made the commit was. */
  public static OffsetLedger from(Commit committed) {
    return new OffsetLedger(
        committed.offset(), CommitMetadata.decode(committed.offset(), committed.metadata()));
  }

  /**
   * Whether the commit had metadata that no ledger of this version wrote for its offset. It was
   * ignored: jobs that had finished early run again.
   */
  public boolean metadataIgnored() {
    return metadataIgnored;
  }

  /**
   * Takes the record at an offset.
   *
   * @return whether its job must run and then be {@linkplain #settle settled}; false when it is
   *     finished, or in flight already
   */
  public boolean take(long offset) {
    if (offset < next) {
      return false;
    }
    commit = null;
    unfinished.remove(next, offset);
    next = offset + 1;
    if (offset >= end) {
      unfinished.append(offset, next);
      end = next;
    } else if (!unfinished.contains(offset)) {
      return false;
    }
    inFlight++;
    return true;
  }

  /**
   * Marks an offset as finished.
   *
   * @throws IllegalStateException when it is not in flight
   */
  public void settle(long offset) {
    if (offset >= next || !unfinished.contains(offset)) {
      throw new IllegalStateException("offset " + offset + " is not in flight");
    }
    commit = null;
    unfinished.remove(offset, offset + 1);
    inFlight--;
  }

  /**
   * What to commit now: equal to the commit before when there is nothing new. The same instance
   * until a {@link #take} or {@link #settle} changes the ledger.
   */
  public Commit commit() {
    if (commit == null) {
      long offset = committed();
      commit = new Commit(offset, CommitMetadata.encode(offset, unfinished.alternating(end)));
    }
    return commit;
  }

  /**
   * Whether the metadata might outgrow its 4096 bytes if one more poll were taken and all that is
   * in flight finished in the worst order. Never true with nothing in flight.
   *
   * <p>Why this holds: let each finished run count as its code and each unfinished offset as 2
   * bits. The metadata is never longer, since n unfinished offsets in a row take at most 2n bits.
   * Finishing an offset takes 2 away and adds at most 2: a run of its own costs 1, one offset more
   * in a run at most 2, joining two runs at most 1. So only taking makes the count grow, and not
   * even that inside what the last commit covered, where all offsets are counted already.
   */
  public boolean isNearlyFull() {
    if (end - next >= POLL_RECORDS) {
      return false;
    }
    long free = CommitMetadata.CAPACITY - POLL_BITS - 2 * unfinished.count();
    long atMost = (long) unfinished.runs() * CommitMetadata.bits(end - committed() + 1);
    return atMost > free && finishedBits() > free;
  }

  /** Offsets taken and not settled. */
  public int inFlight() {
    return inFlight;
  }

  /** Offsets finished beyond the one that {@link #commit} names. */
  public long ahead() {
    return end - committed() - unfinished.count();
  }

  private long committed() {
    return unfinished.firstOr(end);
  }

  private long finishedBits() {
    long bits = 0;
    long[] lengths = unfinished.alternating(end);
    for (int i = 1; i < lengths.length; i += 2) {
      bits += CommitMetadata.bits(lengths[i]);
    }
    return bits;
  }
}
