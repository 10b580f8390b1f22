package dev.haul.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.haul.job.DownloadJob;
import dev.haul.job.JobEvent.Ended;
import dev.haul.job.JobId;
import dev.haul.job.Outcome;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.job.SourceUrl;
import dev.haul.job.StoredFile;
import dev.haul.job.Target;
import dev.haul.policy.CompletedJobs.Completed;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompletedJobsTest {
  private static final Instant END = Instant.parse("2026-12-01T10:00:00Z");
  private static final Duration WINDOW = Duration.ofMinutes(10);

  private final CompletedJobs jobs = new CompletedJobs(WINDOW, 2);

  private static DownloadJob job(String id, String path) {
    return DownloadJob.of(
        new JobId(id), SourceUrl.parse("http://origin.test" + path), new Target("files/" + id));
  }

  private void complete(String id) {
    DownloadJob job = job(id, "/f");
    var end =
        new Ended(
            job.id(),
            Outcome.COMPLETED,
            job.store(),
            job.target(),
            new StoredFile("fake:" + id, 10, null, null, null),
            null,
            1,
            10,
            END,
            END,
            END,
            Map.of(),
            null);
    jobs.add(new Completed(job, new Position(new Partition("jobs", 0), 0), end));
  }

  private boolean isKnown(String id, String path, Instant now) {
    return jobs.find(job(id, path), now) != null;
  }

  @Test
  void the_very_same_job_is_known_within_the_window() {
    complete("a");

    assertThat(isKnown("a", "/f", END.plus(WINDOW))).isTrue();
    assertThat(isKnown("a", "/other", END)).isFalse();
    assertThat(isKnown("b", "/f", END)).isFalse();
    assertThat(isKnown("a", "/f", END.plus(WINDOW).plusNanos(1))).isFalse();
  }

  @Test
  void the_one_that_completed_longest_ago_is_forgotten_when_there_are_too_many() {
    complete("a");
    complete("b");
    complete("a");
    complete("c");

    assertThat(isKnown("b", "/f", END)).isFalse();
    assertThat(isKnown("a", "/f", END)).isTrue();
    assertThat(isKnown("c", "/f", END)).isTrue();
  }
}
