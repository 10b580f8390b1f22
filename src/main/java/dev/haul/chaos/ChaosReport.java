package dev.haul.chaos;

import dev.haul.chaos.Violation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of a run.
 *
 * @param took from the start to the last worker's end
 * @param endings how many records ended how
 * @param ended records with a terminal event
 * @param doubled terminal events beyond one a record
 * @param moved records that have waited in a retry topic
 * @param fileBytes of the files that jobs say are complete, each counted once
 * @param sentBytes bodies that the origin sent
 * @param done how often each fault happened
 * @param skipped why a fault did not happen
 * @param recoveries times from a fault to the next end in a partition that it hit, ascending
 * @param longestSilence longest stretch without an end of a job, with work and a stable group
 */
public record ChaosReport(
    ChaosPlan plan,
    Duration took,
    Map<String, Integer> endings,
    int ended,
    int doubled,
    int moved,
    long fileBytes,
    long sentBytes,
    int filesSeen,
    long looks,
    Map<Fault, Integer> done,
    Map<Fault, String> skipped,
    Map<Fault, List<Duration>> recoveries,
    Duration longestSilence,
    List<Violation> violations) {

  private static final int SHOWN = 10;
  private static final double MILLIS = 1000;
  private static final double MEBIBYTE = 1 << 20;

  public ChaosReport {
    endings = Map.copyOf(endings);
    done = Map.copyOf(done);
    skipped = Map.copyOf(skipped);
    recoveries = Map.copyOf(recoveries);
    violations = List.copyOf(violations);
  }

  static ChaosReport of(
      ChaosPlan plan,
      Duration took,
      Observer observer,
      Conductor conductor,
      Watcher seen,
      long sentBytes,
      List<Violation> violations) {
    Map<String, Integer> endings = new TreeMap<>();
    Map<String, Long> files = new TreeMap<>();
    for (End end : observer.audit().ends()) {
      endings.merge(end.ending(), 1, Integer::sum);
      if (end.completed()) {
        files.put(end.jobId(), end.bytes());
      }
    }
    Map<Fault, List<Duration>> recoveries = new EnumMap<>(Fault.class);
    for (Fault fault : Fault.values()) {
      recoveries.put(fault, observer.recoveries().of(fault));
    }
    return new ChaosReport(
        plan,
        took,
        endings,
        observer.audit().ended(),
        observer.audit().duplicates(),
        observer.audit().moves(),
        files.values().stream().mapToLong(Long::longValue).sum(),
        sentBytes,
        seen.files(),
        seen.looks(),
        conductor.done(),
        conductor.skipped(),
        recoveries,
        observer.silence().worst(),
        violations);
  }

  /** Whether no promise was broken. */
  public boolean isGood() {
    return violations.isEmpty();
  }

  /** The verdict in one line. */
  public String verdict() {
    return isGood()
        ? "PASSED: %d jobs, each ended once; %d files, all whole".formatted(plan.jobs(), filesSeen)
        : "FAILED: " + String.join(", ", counts());
  }

  private List<String> counts() {
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    violations.forEach(each -> counts.merge(each.kind(), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(each -> each.getValue() + " × " + each.getKey().words())
        .toList();
  }

  /**
   * The report as Markdown.
   *
   * @param command with which the run can be repeated
   */
  public List<String> markdown(String command) {
    List<String> lines = new ArrayList<>();
    lines.add("**%s**".formatted(verdict()));
    lines.add("");
    lines.add("    " + command);
    lines.add("");
    lines.add("| what | figure |");
    lines.add("|---|---|");
    row(lines, "seed", Long.toString(plan.seed()));
    row(
        lines,
        "brokers, workers, partitions",
        "%d, %d, %d".formatted(plan.brokers(), plan.workers(), plan.partitions()));
    row(lines, "records published, with an end", plan.jobs() + ", " + ended);
    row(lines, "ends beyond one a record", Integer.toString(doubled));
    row(lines, "records that went through a retry topic", Integer.toString(moved));
    new TreeMap<>(endings)
        .forEach((ending, count) -> row(lines, "ended as `" + ending + "`", count.toString()));
    row(lines, "files seen, looks at all of them", filesSeen + ", " + looks);
    row(lines, "bytes of complete files", mebibytes(fileBytes));
    row(
        lines,
        "bytes that the origin sent, retries and false starts included",
        mebibytes(sentBytes));
    row(
        lines,
        "longest stretch without an end while the group was stable",
        seconds(longestSilence));
    row(lines, "took", seconds(took));
    lines.add("");
    lines.add("| fault | times | to the next end in a partition it hit: median, longest |");
    lines.add("|---|---|---|");
    for (Fault fault : Fault.values()) {
      String times = done.getOrDefault(fault, 0).toString();
      String reason = skipped.get(fault);
      lines.add(
          "| %s | %s | %s |"
              .formatted(
                  fault.words(),
                  reason == null ? times : times + " (skipped: " + reason + ")",
                  recovery(recoveries.getOrDefault(fault, List.of()))));
    }
    lines.add(
        "| the clock jumps | 0 (skipped: a clock of its own needs a library that is not part of Haul) | |");
    if (!isGood()) {
      lines.add("");
      addViolations(lines);
    }
    return lines;
  }

  private void addViolations(List<String> lines) {
    Map<Kind, List<Violation>> byKind = new EnumMap<>(Kind.class);
    violations.forEach(
        each -> byKind.computeIfAbsent(each.kind(), _ -> new ArrayList<>()).add(each));
    byKind.forEach((kind, all) -> {
      lines.add("- %s: %d".formatted(kind.words(), all.size()));
      all.stream()
          .limit(SHOWN)
          .forEach(each -> lines.add("  - %s: %s".formatted(each.subject(), each.detail())));
    });
  }

  private static void row(List<String> lines, String what, String figure) {
    lines.add("| %s | %s |".formatted(what, figure));
  }

  private static String recovery(List<Duration> times) {
    return times.isEmpty()
        ? ""
        : seconds(times.get(times.size() / 2)) + ", " + seconds(times.getLast());
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / MILLIS);
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / MEBIBYTE);
  }
}
