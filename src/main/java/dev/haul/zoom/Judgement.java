package dev.haul.zoom;

import java.util.List;

/** What a move thinks of a meeting. */
sealed interface Judgement {
  /** Every file is in a store, read back and the same as at Zoom. */
  record Proved(Meeting meeting, List<Receipt.Proof> files) implements Judgement {}

  /** Not now: a file is not stored yet, or Zoom still works at one. */
  record Waits(Meeting meeting, List<String> reasons) implements Judgement {}

  /** Something is not as it should be; nothing is taken away. */
  record Differs(Meeting meeting, List<String> differences) implements Judgement {}
}
