package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ErrorCode;
import dev.haul.job.ToldDigest;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the server told of a part, and a hasher for each algorithm that the part's own checksum does
 * not use already.
 */
final class ToldDigests {
  private final List<ToldDigest> told;

  /** An array, so that going over none of them costs each chunk nothing. */
  private final Hasher[] hashers;

  ToldDigests(List<ToldDigest> told, Algorithm own) {
    this.told = told;
    this.hashers =
        told.stream()
            .map(digest -> digest.checksum().algorithm())
            .filter(algorithm -> algorithm != own)
            .distinct()
            .map(Hasher::of)
            .toArray(Hasher[]::new);
  }

  /** Takes in the remaining bytes and leaves them. */
  void update(ByteBuffer bytes) {
    for (Hasher hasher : hashers) {
      hasher.update(bytes.duplicate());
    }
  }

  /**
   * Compares; called once.
   *
   * @param own the part's own checksum
   * @throws Refusal naming the first header that told something else
   */
  void check(Checksum own) throws Refusal {
    compare(told, own);
    for (Hasher hasher : hashers) {
      compare(told, hasher.checksum());
    }
  }

  /** Compares what was received with what is told of the same kind. */
  static void compare(List<ToldDigest> told, Checksum received) throws Refusal {
    for (ToldDigest digest : told) {
      Checksum expected = digest.checksum();
      if (expected.algorithm() == received.algorithm() && !expected.equals(received)) {
        throw Refusal.of(
            ErrorCode.CHECKSUM_MISMATCH,
            "%s of the server says %s but received %s"
                .formatted(digest.header(), expected, received));
      }
    }
  }
}
