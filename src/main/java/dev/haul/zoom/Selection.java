package dev.haul.zoom;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which recordings are wanted.
 *
 * @param to the last day, included
 * @param users whose; all of the account if empty
 * @param types file types or recording types, in any case; all if empty
 * @param minMinutes shorter meetings are left out
 * @param trash what is in the trash instead
 */
public record Selection(
    LocalDate from,
    LocalDate to,
    List<String> users,
    Set<String> types,
    long minMinutes,
    boolean trash) {
  public Selection {
    users = List.copyOf(users);
    types = types.stream().map(t -> t.toUpperCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  boolean wants(Meeting meeting) {
    return meeting.minutes() >= minMinutes;
  }

  boolean wants(RecordingFile file) {
    return types.isEmpty()
        || types.contains(file.type().toUpperCase(Locale.ROOT))
        || types.contains(file.recordingType().toUpperCase(Locale.ROOT));
  }
}
