package dev.haul.cli;

import dev.haul.job.Checksum;
import dev.haul.job.DownloadJob;
import dev.haul.job.IfExists;
import dev.haul.job.JobId;
import dev.haul.job.Outcome;
import dev.haul.job.SourceUrl;
import dev.haul.job.Target;
import dev.haul.origin.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the demo downloads, and how each of it should end. */
final class DemoPlan {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;
  private static final long FAST = 16 * MIB;
  private static final long SLOW = 256 * KIB;

  /** Comes from a mirror, because its own origin is down. */
  private static final DemoFile MIRRORED = new DemoFile("mirrored/handbook.pdf", 2 * MIB, FAST, 0);

  private static final DemoFile FLAKY = new DemoFile("flaky/minutes.docx", 300 * KIB, FAST, 2);
  private static final String MISSING = "missing/deleted-recording.mp4";

  private static final List<DemoFile> PLAIN =
      List.of(
          file("recordings/all-hands.mp4", 48 * MIB),
          file("recordings/weekly.mp4", 24 * MIB),
          file("recordings/interview.mp4", 16 * MIB),
          file("recordings/standup.mp4", 8 * MIB),
          new DemoFile("slow/archive.zip", MIB, SLOW, 0),
          file("audio/all-hands.m4a", 6 * MIB),
          file("audio/weekly.m4a", 3 * MIB),
          file("audio/interview.m4a", 2 * MIB),
          file("audio/standup.m4a", MIB),
          file("slides/all-hands.pdf", 5 * MIB),
          file("slides/weekly.pdf", 700 * KIB),
          file("slides/interview.pdf", 64 * KIB),
          file("transcripts/all-hands.vtt", 250 * KIB),
          file("transcripts/weekly.vtt", 120 * KIB),
          file("transcripts/interview.vtt", 90 * KIB),
          file("transcripts/standup.vtt", 16 * KIB),
          file("chats/all-hands.txt", 4 * KIB),
          file("chats/weekly.txt", 700),
          file("chats/interview.txt", 1),
          file("chats/standup.txt", 0));

  /** A job and how it should end. */
  record Task(DownloadJob job, Outcome outcome) {}

  private DemoPlan() {}

  private static DemoFile file(String path, long size) {
    return new DemoFile(path, size, FAST, 0);
  }

  /**
   * The files of the origin.
   *
   * @param quick leaves out those that take a second or more
   */
  static List<DemoFile> files(boolean quick) {
    var files = new ArrayList<>(PLAIN);
    files.add(MIRRORED);
    files.add(FLAKY);
    files.removeIf(file -> quick && (file.size() > 4 * MIB || file.bytesPerSecond() < FAST));
    return files;
  }

  /**
   * The jobs for these files, one for a file that is not there, and one whose origin is down.
   *
   * @param downPort a port of the loopback address on which nobody listens
   */
  static List<Task> tasks(List<DemoFile> files, Origin origin, int downPort) {
    var tasks = new ArrayList<Task>();
    for (DemoFile file : files) {
      boolean isMirrored = file.equals(MIRRORED);
      String url = origin.url(file.request());
      String down = "http://127.0.0.1:" + downPort + "/" + file.path();
      List<SourceUrl> mirrors = isMirrored ? List.of(SourceUrl.parse(url)) : List.of();
      tasks.add(
          new Task(
              job(
                  file.path(),
                  isMirrored ? down : url,
                  mirrors,
                  OptionalLong.of(file.size()),
                  origin.checksum(file.request())),
              Outcome.COMPLETED));
    }
    tasks.add(
        new Task(
            job(
                MISSING,
                origin.url(MISSING + "?status=404"),
                List.of(),
                OptionalLong.empty(),
                null),
            Outcome.FAILED));
    return tasks;
  }

  private static DownloadJob job(
      String path,
      String url,
      List<SourceUrl> mirrors,
      OptionalLong size,
      @Nullable Checksum checksum) {
    return new DownloadJob(
        new JobId("demo:" + path.replace('/', ':')),
        SourceUrl.parse(url),
        mirrors,
        new Target(path),
        DownloadJob.DEFAULT_STORE,
        size,
        checksum,
        Map.of(),
        null,
        IfExists.REPLACE,
        DownloadJob.DEFAULT_PRIORITY,
        null,
        null,
        null,
        OptionalInt.empty(),
        Map.of("demo", "true"));
  }
}
