package dev.haul.cli;

import dev.haul.job.JobState;
import dev.haul.job.Outcome;
import dev.haul.kafka.JobNews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws a {@link Board} as lines of text: a bar for each active job and one for all of them.
 *
 * @param width columns of every line at most, at least 20
 * @param height lines at most, at least 3
 */
record Picture(int width, int height, Bar bar) {
  private static final int NAME = 32;
  private static final int PERCENT = 4;
  private static final int BYTES = 19;
  private static final int SPEED = 11;
  private static final int ETA = 8;
  private static final int SMALLEST_BAR = 8;
  private static final int LARGEST_BAR = 40;

  Picture {
    width = Math.max(width, 20);
    height = Math.max(height, 3);
  }

  /** The live part: active jobs, as many as fit, and last the line about all. */
  List<String> live(Board board) {
    var lines = new ArrayList<String>();
    List<Board.Row> active = board.active();
    int room = height - 2;
    boolean allFit = active.size() <= room;
    active.stream().limit(allFit ? room : room - 1).map(this::line).forEach(lines::add);
    if (!allFit) {
      lines.add(Columns.cutEnd("and %d more".formatted(active.size() - room + 1), width));
    }
    lines.add(total(board));
    return lines;
  }

  /** A job that has not ended. */
  String line(Board.Row row) {
    if (row.state() == JobState.RUNNING) {
      boolean sized = row.totalBytes().isPresent();
      return bar(
          row.name(),
          row.fraction(),
          sized ? "%3.0f%%".formatted(Math.floor(row.fraction() * 100)) : "",
          Quantities.bytes(row.bytes())
              + (sized ? "/" + Quantities.bytes(row.totalBytes().getAsLong()) : ""),
          row.bytesPerSecond().isPresent()
              ? Quantities.speed(row.bytesPerSecond().getAsDouble())
              : "",
          row.etaSeconds().isPresent()
              ? Quantities.time(Duration.ofSeconds(Math.round(row.etaSeconds().getAsDouble())))
              : "");
    }
    String why = row.error() == null ? "" : ": " + row.error();
    return Columns.cutEnd(
        Columns.left(row.name(), name())
            + "  "
            + row.state().name().toLowerCase(Locale.ROOT)
            + " for attempt "
            + row.attempt()
            + why,
        width);
  }

  /** All jobs together. */
  String total(Board board) {
    int failed = board.ended(Outcome.FAILED) + board.ended(Outcome.CANCELLED);
    String done = "%d of %d done".formatted(board.ended(), board.jobs());
    return bar(
        failed == 0 ? done : done + ", " + failed + " failed",
        board.fraction(),
        "%3.0f%%".formatted(Math.floor(board.fraction() * 100)),
        Quantities.bytes(board.bytes()),
        board.bytesPerSecond() > 0 ? Quantities.speed(board.bytesPerSecond()) : "",
        "");
  }

  /** A job that has ended. */
  String ended(JobNews.Ended end, String name) {
    return switch (end.outcome()) {
      case COMPLETED -> {
        long bytes = end.bytes().orElse(0);
        Duration took = Duration.ofMillis(end.elapsedMillis());
        yield bar(
            name, 1, "100%", Quantities.bytes(bytes), speed(bytes, took), Quantities.time(took));
      }
      case FAILED, CANCELLED -> {
        String why = end.errorMessage() == null ? "" : ": " + end.errorMessage();
        String word = end.outcome() == Outcome.FAILED ? "failed" : "cancelled";
        yield Columns.cutEnd(Columns.left(name, name()) + "  " + word + why, width);
      }
    };
  }

  private static String speed(long bytes, Duration took) {
    return took.toMillis() > 0 ? Quantities.speed(bytes * 1000.0 / took.toMillis()) : "";
  }

  /** Name, bar and figures; what does not fit goes, the least important first. */
  private String bar(
      String name, double fraction, String percent, String bytes, String speed, String eta) {
    var right = new StringBuilder();
    int room = width - name() - 2;
    List<String> figures =
        List.of(
            Columns.right(percent, PERCENT),
            Columns.right(bytes, BYTES),
            Columns.right(speed, SPEED),
            Columns.right(eta, ETA));
    for (String figure : figures) {
      int rest = room - 2 - figure.length();
      if (rest < SMALLEST_BAR) {
        break;
      }
      right.append("  ").append(figure);
      room = rest;
    }
    int length = Math.min(LARGEST_BAR, room);
    return (Columns.left(name, name()) + "  " + bar.draw(fraction, length) + right).stripTrailing();
  }

  private int name() {
    return Math.clamp(width / 3, 8, NAME);
  }
}
