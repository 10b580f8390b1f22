package dev.haul.store;

import dev.haul.job.ErrorCode;
import dev.haul.job.IfExists;
import dev.haul.store.S3Bucket.Condition;
import dev.haul.store.S3Bucket.Head;
import dev.haul.store.S3Bucket.Sent;
import dev.haul.store.S3Bucket.Written;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a whole upload visible, as long as it is this worker's. First under the condition that
 * nothing is there; where something is, by looking what it is, then making sure that the partition
 * has not gone to somebody else, then under the condition that it is still there. So a worker that
 * was stopped anywhere in between replaces nothing that was written after it lost the partition.
 */
record S3Publisher(S3Bucket bucket, boolean conditional) {
  /** Others may write to the same key as fast as this one looks. */
  private static final int TRIES = 20;

  void publish(S3Target target, S3Whole whole, IfExists ifExists, S3Claim claim)
      throws IOException {
    Condition condition = conditional ? new Condition.Nothing() : looked(target, ifExists, claim);
    List<Sent> parts = whole.parts();
    for (int i = 0; i < TRIES; i++) {
      switch (write(target, whole, parts, condition)) {
        case DONE -> {
          return;
        }
        case NO_UPLOAD -> {
          // An answer to the try before this one may have got lost.
          if (isOurs(bucket.head(target.object()), target, whole)) {
            return;
          }
          throw Refusal.of(ErrorCode.STORAGE, "the upload was given up or completed by another");
        }
        case OTHER_PART -> parts = asTheyAre(whole);
        case CONDITION_FAILED -> {
          Head there = bucket.head(target.object());
          if (isOurs(there, target, whole)) {
            return;
          }
          if (there != null && ifExists == IfExists.FAIL) {
            throw exists();
          }
          claim.require();
          condition = there == null ? new Condition.Nothing() : new Condition.Exactly(there.etag());
        }
      }
    }
    throw Refusal.of(ErrorCode.STORAGE, "the target changes all the time");
  }

  /** Where the server keeps no conditions: what follows may come too late. */
  private Condition looked(S3Target target, IfExists ifExists, S3Claim claim) throws IOException {
    claim.require();
    if (ifExists == IfExists.FAIL && bucket.head(target.object()) != null) {
      throw exists();
    }
    return new Condition.Anything();
  }

  private Written write(S3Target target, S3Whole whole, List<Sent> parts, Condition condition)
      throws IOException {
    return whole.upload() == null
        ? bucket.put(target.object(), whole.content(), whole.crc(), target.attributes(), condition)
        : bucket.complete(whole.upload(), parts, whole.crc(), condition);
  }

  private static boolean isOurs(@Nullable Head there, S3Target target, S3Whole whole) {
    return there != null
        && target.attributes().token().equals(there.token())
        && there.bytes() == whole.bytes();
  }

  /**
   * The parts as S3 has them. One that another worker has sent too holds the same bytes, but may
   * have another tag: with a key of KMS, tags are no digests.
   */
  private List<Sent> asTheyAre(S3Whole whole) throws IOException {
    S3Bucket.Upload upload = whole.upload();
    List<Sent> there = upload == null ? List.of() : bucket.parts(upload);
    List<Sent> same = new ArrayList<>();
    for (Sent part : whole.parts()) {
      there.stream()
          .filter(it ->
              it.number() == part.number() && it.bytes() == part.bytes() && it.crc() == part.crc())
          .forEach(same::add);
    }
    if (same.size() < whole.parts().size()) {
      throw Refusal.of(
          ErrorCode.BAD_RESPONSE, "the store does not have all parts as they were sent");
    }
    return same;
  }

  private static Refusal exists() {
    return Refusal.of(ErrorCode.TARGET_EXISTS, "the target exists");
  }
}
