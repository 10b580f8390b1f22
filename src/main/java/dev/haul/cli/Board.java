package dev.haul.cli;

import dev.haul.job.JobId;
import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.kafka.JobNews;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the jobs that a command follows. Progress, states and ends come from topics
 * of their own, so in any order: what is older than the newest event of a job is left out. Belongs
 * to one thread.
 */
final class Board {
  /** Ended jobs whose late events are recognized. */
  private static final int REMEMBERED = 10_000;

  /**
   * What is known about a job that has not ended.
   *
   * @param attempt 0 before the first
   * @param until when a waiting job goes on, null otherwise
   * @param error why a job waits, or failed before; null when neither
   * @param at of the newest event
   */
  record Row(
      String name,
      JobState state,
      int attempt,
      long bytes,
      OptionalLong totalBytes,
      OptionalDouble bytesPerSecond,
      OptionalDouble etaSeconds,
      @Nullable Instant until,
      @Nullable String error,
      Instant at) {

    static Row queued(String name) {
      return new Row(
          name,
          JobState.QUEUED,
          0,
          0,
          OptionalLong.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          null,
          null,
          Instant.MIN);
    }

    /** 0 to 1; 0 when the size is unknown. */
    double fraction() {
      long total = totalBytes.orElse(0);
      return total > 0 ? Math.min(1, (double) bytes / total) : 0;
    }

    Row after(JobNews.Progress progress) {
      return new Row(
          name,
          JobState.RUNNING,
          progress.attempt(),
          progress.bytes(),
          progress.totalBytes(),
          progress.bytesPerSecond(),
          progress.etaSeconds(),
          null,
          error,
          progress.at());
    }

    Row after(JobNews.State change) {
      boolean goesOn = state == JobState.RUNNING && change.state() == JobState.RUNNING;
      return new Row(
          name,
          change.state(),
          change.attempt(),
          goesOn ? bytes : 0,
          totalBytes,
          goesOn ? bytesPerSecond : OptionalDouble.empty(),
          goesOn ? etaSeconds : OptionalDouble.empty(),
          change.until(),
          change.reason(),
          change.at());
    }
  }

  private final boolean takesAll;
  private final Map<JobId, Row> open = new LinkedHashMap<>();
  private final Map<Outcome, Integer> ended = new EnumMap<>(Outcome.class);
  private long storedBytes;

  private final Map<JobId, Instant> endedLately =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JobId, Instant> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param takesAll whether jobs that were not expected count too
   */
  Board(boolean takesAll) {
    this.takesAll = takesAll;
  }

  /** Adds a job under the name to show for it. */
  void expect(JobId id, String name) {
    open.put(id, Row.queued(name));
  }

  /** The name that is shown for a job. */
  String name(JobId id) {
    Row row = open.get(id);
    return row == null ? id.value() : row.name();
  }

  /**
   * Takes in an event.
   *
   * @return whether it said anything new about a job of this board
   */
  boolean apply(JobNews news) {
    Row row = open.get(news.jobId());
    if (row == null) {
      Instant end = endedLately.get(news.jobId());
      if (!takesAll || (end != null && !news.at().isAfter(end))) {
        return false;
      }
      row = Row.queued(news.jobId().value());
    } else if (news.at().isBefore(row.at())) {
      return false;
    }
    return switch (news) {
      case JobNews.Progress progress -> {
        open.put(news.jobId(), row.after(progress));
        yield true;
      }
      case JobNews.State change -> {
        boolean goesOn = isOpen(change.state());
        if (goesOn) {
          open.put(news.jobId(), row.after(change));
        }
        yield goesOn;
      }
      case JobNews.Ended end -> {
        end(end);
        yield true;
      }
    };
  }

  /** An end is told by the event of the end, which says more. */
  private static boolean isOpen(JobState state) {
    return switch (state) {
      case QUEUED, RUNNING, WAITING -> true;
      case COMPLETED, FAILED, CANCELLED -> false;
    };
  }

  private void end(JobNews.Ended end) {
    open.remove(end.jobId());
    endedLately.put(end.jobId(), end.at());
    ended.merge(end.outcome(), 1, Integer::sum);
    storedBytes += end.bytes().orElse(0);
  }

  /** The jobs that hold a slot or wait for another attempt, oldest first. */
  List<Row> active() {
    return open.values().stream()
        .filter(row -> row.state() == JobState.RUNNING || row.state() == JobState.WAITING)
        .toList();
  }

  boolean allEnded() {
    return open.isEmpty();
  }

  int jobs() {
    return open.size() + ended();
  }

  int ended() {
    return ended.values().stream().mapToInt(Integer::intValue).sum();
  }

  int ended(Outcome outcome) {
    return ended.getOrDefault(outcome, 0);
  }

  /** Bytes that are here by now, in files and on their way. */
  long bytes() {
    return storedBytes + open.values().stream().mapToLong(Row::bytes).sum();
  }

  double bytesPerSecond() {
    return open.values().stream().mapToDouble(row -> row.bytesPerSecond().orElse(0)).sum();
  }

  /** The share of all jobs that is done, 0 to 1. */
  double fraction() {
    double done = ended() + open.values().stream().mapToDouble(Row::fraction).sum();
    return jobs() == 0 ? 0 : done / jobs();
  }
}
