package dev.haul.cli;

import dev.haul.job.JobId;
import dev.haul.job.Outcome;
import dev.haul.kafka.JobNews;
import java.io.PrintStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a line for each change, for where there is no terminal: logs, pipes, CI. */
final class LineView implements View {
  private static final int QUARTERS = 4;

  private final PrintStream out;

  /** The quarter of the bytes that was told last, by job. */
  private final Map<JobId, Integer> told = new HashMap<>();

  LineView(PrintStream out) {
    this.out = out;
  }

  @Override
  public void took(JobNews news, String name) {
    String line =
        switch (news) {
          case JobNews.Progress progress -> progress(progress);
          case JobNews.State change -> {
            told.remove(change.jobId());
            yield state(change);
          }
          case JobNews.Ended end -> {
            told.remove(end.jobId());
            yield ended(end);
          }
        };
    if (line != null) {
      out.println(news.at().truncatedTo(ChronoUnit.MILLIS) + "  " + name + "  " + line);
    }
  }

  /** A line for each quarter of a transfer, null in between. */
  private @Nullable String progress(JobNews.Progress progress) {
    long total = progress.totalBytes().orElse(0);
    int quarter = total > 0 ? (int) (QUARTERS * progress.bytes() / total) : 0;
    Integer before = told.put(progress.jobId(), quarter);
    if (quarter == 0 || quarter >= QUARTERS || (before != null && quarter <= before)) {
      return null;
    }
    return "%d%% of %s".formatted(quarter * 100 / QUARTERS, Quantities.bytes(total));
  }

  private static String state(JobNews.State change) {
    String state = change.state().name().toLowerCase(Locale.ROOT);
    String attempt = change.attempt() > 0 ? ", attempt " + change.attempt() : "";
    String until = change.until() == null ? "" : " at " + change.until();
    String why = change.reason() == null ? "" : " (" + change.reason() + ")";
    return state + attempt + until + why;
  }

  private static String ended(JobNews.Ended end) {
    String outcome = end.outcome().name().toLowerCase(Locale.ROOT);
    if (end.outcome() != Outcome.COMPLETED) {
      return "%s, %s: %s".formatted(outcome, end.errorCode(), end.errorMessage());
    }
    return "%s, %s in %s, %s"
        .formatted(
            outcome,
            Quantities.bytes(end.bytes().orElse(0)),
            Quantities.time(Duration.ofMillis(end.elapsedMillis())),
            end.location());
  }

  @Override
  public void refresh() {
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
