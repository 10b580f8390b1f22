package dev.haul.cli;

import dev.haul.job.DownloadJob;
import dev.haul.zoom.Listing;
import dev.haul.zoom.RecordingJobs;
import dev.haul.zoom.Selection;
import dev.haul.zoom.ZoomSettings;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;

/** What an account has of a selection, for people. */
record ZoomFound(Listing listing, RecordingJobs.Plan plan, long requests, long repeated) {
  private static final int SHOWN = 20;

  static ZoomFound in(ZoomSettings settings, Selection selection, RecordingJobs jobs) {
    try (ZoomAccount account = ZoomAccount.open(settings)) {
      Listing listing = Listing.of(account.api(), selection);
      return new ZoomFound(
          listing,
          jobs.plan(listing, selection),
          account.api().requests(),
          account.api().repeated());
    }
  }

  /** Counts and sizes, and all that is not as it should be. */
  void describe(PrintWriter err) {
    err.printf(
        "%d files, %s, of %d meetings of %d users (%d requests, %d of them again)%n",
        plan.jobs().size(),
        Quantities.bytes(plan.bytes()),
        listing.meetings().size(),
        listing.users(),
        requests,
        repeated);
    Map<String, Long> unsized = new TreeMap<>();
    for (DownloadJob job : plan.jobs()) {
      if (job.size().isEmpty()) {
        unsized.merge(job.labels().getOrDefault("zoom.type", "?"), 1L, Long::sum);
      }
    }
    unsized.forEach((type, count) -> err.printf("no size told: %d %s%n", count, type));
    if (!plan.processing().isEmpty()) {
      err.printf("left for later, as Zoom still processes them: %d%n", plan.processing().size());
      plan.processing().stream()
          .limit(SHOWN)
          .forEach(file -> err.printf("  %s of meeting %s%n", file.jobId(), file.meeting()));
    }
    plan.broken().forEach(line -> err.printf("cannot be a job: %s%n", line));
    listing.problems().forEach(line -> err.printf("not listed whole: %s%n", line));
    err.flush();
  }

  /** Whether nothing is missing that people asked for. */
  boolean isWhole() {
    return plan.broken().isEmpty() && listing.problems().isEmpty();
  }
}
