package dev.haul.pipeline;

import dev.haul.job.Position;
import dev.haul.pipeline.Slots.Slot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Slots of further connections, by the place of their job. Belongs to the dispatch context. */
final class FurtherSlots {
  private final Slots slots;
  private final Map<Position, Deque<Slot>> taken = new HashMap<>();
  private int count;

  FurtherSlots(Slots slots) {
    this.slots = slots;
  }

  /** Takes one more, unless others wait for it or all are taken. */
  boolean take(JobRecord.Valid record) {
    Slot slot = slots.acquireNow(record);
    if (slot != null) {
      taken.computeIfAbsent(record.position(), _ -> new ArrayDeque<>()).push(slot);
      count++;
    }
    return slot != null;
  }

  void giveBack(JobRecord.Valid record) {
    Deque<Slot> its = taken.get(record.position());
    if (its != null) {
      count--;
      boolean _ = slots.release(its.pop(), null);
      if (its.isEmpty()) {
        taken.remove(record.position());
      }
    }
  }

  int count() {
    return count;
  }
}
