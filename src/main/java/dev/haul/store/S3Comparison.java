package dev.haul.store;

import dev.haul.job.Checksum;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import dev.haul.pipeline.Store.Found;
import dev.haul.store.S3Bucket.Head;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Compares objects with what jobs want. */
record S3Comparison(S3Bucket bucket, S3Names names) {

  /** Blocks; reads the whole object where a checksum is wanted. */
  Found find(Target target, OptionalLong size, @Nullable Checksum checksum) {
    String key = names.object(target);
    try {
      Head head = bucket.head(key);
      if (head == null) {
        return new Found.Nothing();
      }
      boolean wanted = size.isPresent() || checksum != null;
      if (!wanted || head.bytes() != size.orElse(head.bytes())) {
        return new Found.Different();
      }
      if (checksum != null) {
        Hasher hasher = Hasher.of(checksum.algorithm());
        if (!bucket.read(key, hasher::update)) {
          return new Found.Nothing();
        }
        if (!hasher.checksum().equals(checksum)) {
          return new Found.Different();
        }
      }
      return new Found.Same(new StoredFile(names.uri(target), head.bytes(), checksum, null, null));
    } catch (IOException | RuntimeException e) {
      return new Found.Unknown(Refusal.failure(e));
    }
  }
}
