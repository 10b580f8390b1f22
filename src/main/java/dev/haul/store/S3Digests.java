package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.Checksum.Algorithm;
import dev.haul.job.ToldDigest;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The digests of the bytes of one upload: its own checksum, and what the server told it compares
 * with.
 */
final class S3Digests {
  private final Algorithm own;
  private final List<ToldDigest> told;
  private final Map<Algorithm, Hasher> hashers = new LinkedHashMap<>();

  /**
   * @param saved whether another process may have to go on
   */
  S3Digests(Algorithm own, List<ToldDigest> told, boolean saved) {
    this.own = own;
    this.told = told;
    add(own, saved);
    told.forEach(digest -> add(digest.checksum().algorithm(), saved));
  }

  private void add(Algorithm algorithm, boolean saved) {
    hashers.computeIfAbsent(algorithm, it -> saved ? SavedHasher.of(it) : Hasher.of(it));
  }

  /** Goes on with what was saved; null when that lacks one that is needed. */
  static @Nullable S3Digests restored(
      Algorithm own, List<ToldDigest> told, Map<Algorithm, String> saved) {
    var digests = new S3Digests(own, told, true);
    if (!saved.keySet().containsAll(digests.hashers.keySet())) {
      return null;
    }
    digests.hashers.replaceAll(
        (algorithm, _) -> SavedHasher.of(algorithm, String.valueOf(saved.get(algorithm))));
    return digests;
  }

  /** Takes in the remaining bytes and leaves them. */
  void update(ByteBuffer bytes) {
    hashers.values().forEach(hasher -> hasher.update(bytes.duplicate()));
  }

  /** Its state after a whole part; empty when nobody will need it. */
  Map<Algorithm, String> save() {
    var saved = new LinkedHashMap<Algorithm, String>();
    hashers.forEach((algorithm, hasher) -> {
      if (hasher instanceof SavedHasher able) {
        saved.put(algorithm, able.save());
      }
    });
    return saved;
  }

  /**
   * The checksum of all bytes; called once.
   *
   * @throws Refusal naming the first header that told something else
   */
  Checksum checksum() throws Refusal {
    Checksum result = null;
    for (Map.Entry<Algorithm, Hasher> each : hashers.entrySet()) {
      Checksum received = each.getValue().checksum();
      if (each.getKey() == own) {
        result = received;
      }
      ToldDigests.compare(told, received);
    }
    if (result == null) {
      throw new IllegalStateException("no hasher for " + own);
    }
    return result;
  }
}
