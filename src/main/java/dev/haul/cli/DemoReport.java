package dev.haul.cli;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.JobId;
import dev.haul.job.Outcome;
import dev.haul.kafka.JobNews;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the jobs of the demo ended, beside how they should. */
final class DemoReport {
  private final List<DemoPlan.Task> tasks;
  private final Path files;
  private final Map<JobId, JobNews.Ended> ends = new HashMap<>();

  /**
   * @param files the root of the store
   */
  DemoReport(List<DemoPlan.Task> tasks, Path files) {
    this.tasks = List.copyOf(tasks);
    this.files = files;
  }

  List<DownloadJob> jobs() {
    return tasks.stream().map(DemoPlan.Task::job).toList();
  }

  void add(JobNews.Ended end) {
    ends.put(end.jobId(), end);
  }

  boolean isAllWell() {
    return tasks.stream().allMatch(this::endedWell);
  }

  /** A table of all jobs and what to make of it. */
  List<String> lines(Duration took) {
    var rows = new ArrayList<List<String>>();
    for (DemoPlan.Task task : tasks) {
      rows.add(row(task, ends.get(task.job().id())));
    }
    var lines = new ArrayList<String>();
    lines.add("");
    lines.addAll(
        new Table(List.of("JOB", "END", ">ATTEMPTS", ">BYTES", ">TIME", "WHERE"), rows)
            .lines(Integer.MAX_VALUE));
    lines.add("");
    long well = tasks.stream().filter(this::endedWell).count();
    lines.add(
        "%d of %d jobs ended as they should, in %s. The files, each with the checksum of its job: %s"
            .formatted(well, tasks.size(), Quantities.time(took), files));
    return lines;
  }

  private List<String> row(DemoPlan.Task task, JobNews.@Nullable Ended end) {
    String path = task.job().target().path();
    if (end == null) {
      return List.of(path, "still running", "", "", "", "");
    }
    boolean completed = end.outcome() == Outcome.COMPLETED;
    String outcome = end.outcome().name().toLowerCase(Locale.ROOT);
    String expected =
        !endedWell(task) ? ", unexpected" : task.outcome() == Outcome.FAILED ? ", as expected" : "";
    return List.of(
        path,
        outcome + expected,
        String.valueOf(end.attempts()),
        completed ? Quantities.bytes(end.bytes().orElse(0)) : "",
        Quantities.time(Duration.ofMillis(end.elapsedMillis())),
        completed ? String.valueOf(end.location()) : String.valueOf(end.errorMessage()));
  }

  private boolean endedWell(DemoPlan.Task task) {
    JobNews.Ended end = ends.get(task.job().id());
    if (end == null || end.outcome() != task.outcome()) {
      return false;
    }
    Checksum wanted = task.job().checksum();
    return wanted == null || wanted.equals(checksum(files.resolve(task.job().target().path())));
  }

  /** What the file on disk hashes to, null when it cannot be read. */
  private static @Nullable Checksum checksum(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        var _ = in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return new Checksum(Checksum.Algorithm.SHA256, HexFormat.of().formatHex(digest.digest()));
    } catch (IOException e) {
      return null;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
