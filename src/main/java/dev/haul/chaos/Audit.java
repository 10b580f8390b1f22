package dev.haul.chaos;

import dev.haul.chaos.Violation.Kind;
import dev.haul.job.Position;
import dev.haul.pipeline.SourceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds what was published against what was told: the rules of a run, without I/O. What it is given
 * it takes in any order; {@link #verdict} is asked when all has been read. Belongs to one thread.
 */
final class Audit {
  private final Map<String, Cargo> published = new LinkedHashMap<>();
  private final Map<String, Integer> recordsOfJob = new HashMap<>();
  private final Map<String, List<End>> ends = new LinkedHashMap<>();
  private final Map<String, Integer> endsOfJob = new HashMap<>();
  private final Map<String, String> states = new HashMap<>();
  private final Map<String, Integer> deadLetters = new HashMap<>();
  private final Set<String> moved = new HashSet<>();
  private final List<Violation> violations = new ArrayList<>();
  private int waiting;

  /** A record is in the job topic. */
  void published(Position place, Cargo cargo) {
    published.put(place.toString(), cargo);
    recordsOfJob.merge(cargo.id(), 1, Integer::sum);
    if (!ends.containsKey(place.toString())) {
      waiting++;
    }
  }

  /** A record of the completions topic. */
  void end(SourceRecord event) {
    End end;
    try {
      end = End.read(event);
    } catch (IllegalArgumentException e) {
      violations.add(new Violation(Kind.UNASKED, event.position().toString(), e.toString()));
      return;
    }
    List<End> sameSource = ends.computeIfAbsent(end.source(), _ -> new ArrayList<>(1));
    if (sameSource.isEmpty() && published.containsKey(end.source())) {
      waiting--;
    }
    sameSource.add(end);
    endsOfJob.merge(end.jobId(), 1, Integer::sum);
  }

  /** A record of the states topic; the last one of a job is what compaction keeps. */
  void state(SourceRecord event) {
    states.put(End.json(event).path("jobId").asText(), End.json(event).path("state").asText());
  }

  /** A record of the dead letter topic. */
  void deadLetter(SourceRecord letter) {
    String source =
        "%s-%s-%s"
            .formatted(
                End.header(letter, "haul-topic"),
                End.header(letter, "haul-partition"),
                End.header(letter, "haul-offset"));
    deadLetters.merge(source, 1, Integer::sum);
  }

  /** A record of a retry topic: its job goes on there, and the first record of it is finished. */
  void moved(SourceRecord wait) {
    moved.add(
        "%s-%s-%s"
            .formatted(
                End.header(wait, "haul-origin-topic"),
                End.header(wait, "haul-origin-partition"),
                End.header(wait, "haul-origin-offset")));
  }

  /** How many records have been to a retry topic. */
  int moves() {
    return moved.size();
  }

  /** Records without a terminal event. */
  int waiting() {
    return waiting;
  }

  /** Records with one. */
  int ended() {
    return published.size() - waiting;
  }

  /** Whether the end of a record can be read. */
  boolean isTold(Position place) {
    return ends.containsKey(place.toString());
  }

  /** Whether a record may be finished for its group: its end, or where it waits, can be read. */
  boolean mayBeFinished(Position place) {
    return isTold(place) || moved.contains(place.toString());
  }

  /** Whether it is a record of the run. */
  boolean isKnown(Position place) {
    return published.containsKey(place.toString());
  }

  /** All terminal events. */
  List<End> ends() {
    return ends.values().stream().flatMap(List::stream).toList();
  }

  /** More terminal events than records. */
  int duplicates() {
    return ends.values().stream().mapToInt(same -> same.size() - 1).sum();
  }

  /**
   * What is wrong when all has been read.
   *
   * @param store the file that is under the name of a job
   */
  List<Violation> verdict(Store store) {
    var found = new ArrayList<>(violations);
    published.forEach((place, cargo) -> checkRecord(place, cargo, found));
    ends.forEach((source, same) -> {
      if (!published.containsKey(source)) {
        found.add(new Violation(Kind.UNASKED, same.getFirst().jobId(), "its ce_id is " + source));
      }
    });
    endsOfJob.forEach((id, count) -> {
      int records = recordsOfJob.getOrDefault(id, 0);
      boolean told = found.stream().anyMatch(each -> isDouble(each, id));
      if (records > 0 && count > records && !told) {
        found.add(new Violation(Kind.DOUBLED, id, count + " ends of " + records + " records"));
      }
    });
    ends.values().forEach(same -> checkFile(same, store, found));
    return List.copyOf(found);
  }

  private static boolean isDouble(Violation violation, String job) {
    return violation.kind() == Kind.DOUBLED && violation.subject().equals(job);
  }

  /** What is stored, at the end of a run. */
  interface Store {
    /** What is wrong with the file of a job; empty when it is the right one. */
    String fault(Cargo cargo);
  }

  private void checkRecord(String place, Cargo cargo, List<Violation> found) {
    List<End> told = ends.getOrDefault(place, List.of());
    if (told.isEmpty()) {
      found.add(new Violation(Kind.LOST, cargo.id(), "its record is " + place));
      return;
    }
    End end = told.getLast();
    if (told.size() > 1) {
      found.add(
          new Violation(
              Kind.DOUBLED,
              cargo.id(),
              "ce_id %s: %s".formatted(place, told.stream().map(Audit::words).toList())));
    }
    for (End each : told) {
      if (!each.jobId().equals(cargo.id()) || !cargo.kind().mayEnd(each.ending())) {
        found.add(
            new Violation(
                Kind.WRONG_END,
                cargo.id(),
                "%s job ended as %s of job %s".formatted(cargo.kind(), words(each), each.jobId())));
      }
    }
    checkState(cargo, end, found);
    int letters = deadLetters.getOrDefault(place, 0);
    if (letters != (end.failed() ? 1 : 0)) {
      found.add(
          new Violation(
              Kind.WRONG_DEAD_LETTER, cargo.id(), letters + " of " + place + ", " + words(end)));
    }
  }

  /** Records of one job may end in different ways, and the state is that of the last. */
  private void checkState(Cargo cargo, End end, List<Violation> found) {
    String state = states.getOrDefault(cargo.id(), "none");
    if (recordsOfJob.getOrDefault(cargo.id(), 0) == 1 && !state.equals(end.outcome())) {
      found.add(
          new Violation(
              Kind.WRONG_STATE, cargo.id(), "state %s, ended as %s".formatted(state, words(end))));
    }
  }

  private void checkFile(List<End> same, Store store, List<Violation> found) {
    End end = same.getLast();
    Cargo cargo = published.get(end.source());
    if (!end.completed() || cargo == null) {
      return;
    }
    if (end.bytes() != cargo.size()) {
      found.add(
          new Violation(
              Kind.WRONG_END,
              cargo.id(),
              "%d bytes told, the file has %d".formatted(end.bytes(), cargo.size())));
    }
    String fault = store.fault(cargo);
    if (!fault.isEmpty()) {
      found.add(new Violation(Kind.WRONG_FILE, cargo.id(), fault));
    }
  }

  private static String words(End end) {
    return "%s by %s".formatted(end.ending(), end.worker());
  }
}
