package dev.haul.zoom;

import dev.haul.job.InvalidField;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Days that Zoom lists in one request: a month at most.
 *
 * @param to the last one, included
 */
record DateWindow(LocalDate from, LocalDate to) {

  /**
   * Covers a time without gap and overlap.
   *
   * @throws InvalidField when it ends before it begins
   */
  static List<DateWindow> covering(LocalDate from, LocalDate to) {
    if (to.isBefore(from)) {
      throw new InvalidField("to", to, "must not be before from (" + from + ")");
    }
    List<DateWindow> windows = new ArrayList<>();
    for (LocalDate start = from; !start.isAfter(to); ) {
      LocalDate next = start.plusMonths(1);
      LocalDate last = next.minusDays(1);
      windows.add(new DateWindow(start, last.isAfter(to) ? to : last));
      start = next;
    }
    return windows;
  }
}
