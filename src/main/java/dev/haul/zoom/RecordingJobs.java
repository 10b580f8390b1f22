package dev.haul.zoom;

import dev.haul.job.DownloadJob;
import dev.haul.job.IfExists;
import dev.haul.job.InvalidField;
import dev.haul.job.SourceUrl;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How recordings become jobs, the same way for listings and webhooks.
 *
 * @param store of the jobs, like {@code tenant} and {@code priority}
 * @param credentials of the workers' configuration
 */
public record RecordingJobs(
    TargetTemplate template,
    String store,
    String credentials,
    @Nullable String tenant,
    int priority) {

  /** The label that names the meeting by its UUID. */
  public static final String MEETING = "zoom.meeting";

  private static final int MAX_LABEL = 1024;

  /**
   * What became of the files of some meetings.
   *
   * @param processing files that Zoom is still at
   * @param broken lines about files that cannot be jobs
   */
  public record Plan(List<DownloadJob> jobs, List<RecordingFile> processing, List<String> broken) {
    public Plan {
      jobs = List.copyOf(jobs);
      processing = List.copyOf(processing);
      broken = List.copyOf(broken);
    }

    /** Of the files whose size is known. */
    public long bytes() {
      return jobs.stream().mapToLong(job -> job.size().orElse(0)).sum();
    }
  }

  /**
   * @param wanted which files
   */
  Plan plan(List<Meeting> meetings, Predicate<RecordingFile> wanted) {
    Map<String, DownloadJob> jobs = new LinkedHashMap<>();
    List<RecordingFile> processing = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    for (Meeting meeting : meetings) {
      for (RecordingFile file : meeting.files()) {
        if (!wanted.test(file)) {
          continue;
        }
        if (!file.isReady()) {
          processing.add(file);
          continue;
        }
        try {
          DownloadJob job = job(meeting, file);
          jobs.put(job.id().value(), job);
        } catch (InvalidField e) {
          broken.add(file.jobId() + " of meeting " + meeting.uuid() + ": " + e.getMessage());
        }
      }
    }
    return new Plan(List.copyOf(jobs.values()), processing, broken);
  }

  /** The jobs of what a selection wants. */
  public Plan plan(Listing listing, Selection selection) {
    return plan(listing.meetings(), selection::wants);
  }

  private DownloadJob job(Meeting meeting, RecordingFile file) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(MEETING, label(meeting.uuid()));
    labels.put("zoom.number", label(meeting.number()));
    labels.put("zoom.topic", label(meeting.topic()));
    labels.put("zoom.host", label(meeting.host()));
    labels.put("zoom.start", meeting.start().toString());
    labels.put("zoom.type", label(file.type()));
    labels.put("zoom.view", label(file.view()));
    return new DownloadJob(
        file.jobId(),
        url(file),
        List.of(),
        template.target(meeting, file),
        store,
        file.size(),
        null,
        Map.of(),
        credentials,
        IfExists.SKIP,
        priority,
        tenant,
        null,
        null,
        OptionalInt.empty(),
        labels);
  }

  /** Older apps got URLs that hold a token; none goes into a topic. */
  private static SourceUrl url(RecordingFile file) {
    return SourceUrl.parse(
        file.url()
            .replaceAll("(?<=[?&])(access_token|token)=[^&#]*&?", "")
            .replaceFirst("[?&]$", ""));
  }

  private static String label(String text) {
    String whole = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    return SafeName.shortened(whole, MAX_LABEL);
  }
}
