package dev.haul.zoom;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a round of a move found, for people; lines name meetings by their UUIDs. */
public final class MoveReport {
  /** Where a meeting stands. */
  public enum Standing {
    /** Its receipt says so, from before or from now. */
    MOVED,
    /** Proved, but nothing is to be taken away. */
    PROVED,
    RESTS,
    WAITS,
    DIFFERS,
    /** Not at Zoom, and no receipt says why. */
    GONE,
    /** Zoom did not answer. */
    UNKNOWN
  }

  private record Entry(Standing standing, List<String> lines) {}

  private final Map<String, Entry> meetings = new TreeMap<>();

  void put(String meeting, Standing standing, List<String> lines) {
    meetings.put(meeting, new Entry(standing, List.copyOf(lines)));
  }

  public long count(Standing standing) {
    return meetings.values().stream().filter(entry -> entry.standing() == standing).count();
  }

  /** A line for each meeting that differs or is gone, and each reason. */
  public List<String> lines(Standing standing) {
    return meetings.entrySet().stream()
        .filter(entry -> entry.getValue().standing() == standing)
        .flatMap(
            entry -> entry.getValue().lines().stream().map(line -> entry.getKey() + ": " + line))
        .toList();
  }
}
