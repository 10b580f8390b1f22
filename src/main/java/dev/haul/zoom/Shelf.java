package dev.haul.zoom;

import dev.haul.job.Target;
import java.util.Optional;

/** The stores, as a move sees them. Methods block. */
public interface Shelf {
  /**
   * Reads a file back, all of it.
   *
   * @return how it differs from what it should be; empty when it is the same
   */
  Optional<String> difference(StoredJob.File file);

  /**
   * Puts a small file in place of what is there, in one step and durably.
   *
   * @throws RuntimeException when it cannot
   */
  void put(String store, Target target, byte[] content);
}
