package dev.haul.cli;

import dev.haul.zoom.Selection;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which recordings. */
final class ZoomSelectionOptions {
  @Option(
      names = "--from",
      required = true,
      paramLabel = "DATE",
      description = "The first day, such as 2026-01-01 (UTC, as Zoom counts).")
  LocalDate from = LocalDate.EPOCH;

  @Option(names = "--to", paramLabel = "DATE", description = "The last day; today by default.")
  @Nullable LocalDate to;

  @ArgGroup Who who = new Who();

  /** Whose recordings. */
  static final class Who {
    @Option(
        names = "--user",
        paramLabel = "ID|ADDRESS",
        description = "Whose recordings; as often as you like.")
    List<String> users = List.of();

    @Option(names = "--account", description = "Those of all users, which is the default.")
    boolean account;
  }

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      split = ",",
      description =
          "Only files such as MP4,M4A,CHAT,TRANSCRIPT,CC,TIMELINE,SUMMARY,CSV or of a"
              + " recording type such as gallery_view. All by default.")
  List<String> types = List.of();

  @Option(
      names = "--min-duration",
      paramLabel = "MINUTES",
      description = "Only meetings that took at least so long.")
  long minMinutes;

  @Option(names = "--trash", description = "What is in Zoom's trash instead.")
  boolean trash;

  Selection selection() {
    return new Selection(
        from,
        to == null ? LocalDate.now(ZoneOffset.UTC) : to,
        who.users,
        new LinkedHashSet<>(types),
        minMinutes,
        trash);
  }
}
