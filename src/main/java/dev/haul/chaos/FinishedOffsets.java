package dev.haul.chaos;

import dev.haul.policy.Commit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What a commit says is finished, read by the documented form of its metadata and with none of the
 * worker's code.
 */
final class FinishedOffsets {
  private static final String VERSION = "haul1:";
  private static final int CHECK_BYTES = 4;

  private FinishedOffsets() {}

  /** The finished offsets from {@code from} on. */
  static List<Long> from(long from, Commit commit) {
    List<Long> finished = new ArrayList<>();
    for (long offset = from; offset < commit.offset(); offset++) {
      finished.add(offset);
    }
    if (!commit.metadata().isEmpty()) {
      if (!commit.metadata().startsWith(VERSION)) {
        throw new IllegalArgumentException("metadata of an unknown form: " + commit.metadata());
      }
      byte[] body = Base64.getUrlDecoder().decode(commit.metadata().substring(VERSION.length()));
      beyond(commit.offset(), body, from, finished);
    }
    return finished;
  }

  /** Pairs of Elias gamma codes, lowest bit first: so many unfinished, so many finished. */
  private static void beyond(long start, byte[] body, long from, List<Long> finished) {
    int bit = CHECK_BYTES * Byte.SIZE;
    int end = body.length * Byte.SIZE;
    long offset = start;
    boolean isFinished = false;
    while (true) {
      int zeros = 0;
      while (bit < end && !isSet(body, bit)) {
        zeros++;
        bit++;
      }
      if (bit >= end) {
        return;
      }
      long length = 0;
      for (int i = 0; i <= zeros; i++) {
        length = length * 2 + (isSet(body, bit++) ? 1 : 0);
      }
      for (long i = 0; isFinished && i < length; i++) {
        if (offset + i >= from) {
          finished.add(offset + i);
        }
      }
      offset += length;
      isFinished = !isFinished;
    }
  }

  /** Zeros at the end may have been left out. */
  private static boolean isSet(byte[] body, int bit) {
    return bit / Byte.SIZE < body.length && (body[bit / Byte.SIZE] >> (bit % Byte.SIZE) & 1) == 1;
  }
}
