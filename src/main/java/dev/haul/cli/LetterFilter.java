package dev.haul.cli;

import dev.haul.job.DurationText;
import dev.haul.job.InvalidField;
import dev.haul.kafka.Letter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which dead letters a command is about: those for which everything that is named holds. */
final class LetterFilter {
  @Parameters(paramLabel = "ID", arity = "0..*", description = "Jobs, by their ids.")
  List<String> ids = List.of();

  @Option(
      names = "--code",
      paramLabel = "CODE",
      split = ",",
      description = "With one of these error codes.")
  List<String> codes = List.of();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      split = ",",
      description = "Whose URL has one of these hosts, without port.")
  List<String> hosts = List.of();

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      description = "That failed longer ago, such as 2h or 3d.")
  @Nullable String olderThan;

  @Option(names = "--newer-than", paramLabel = "TIME", description = "That failed since.")
  @Nullable String newerThan;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "With this label; all of them when repeated.")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      split = ",",
      description = "Published to one of these topics.")
  List<String> topics = List.of();

  @Option(names = "--limit", paramLabel = "N", description = "The oldest N of them.")
  @Nullable Integer limit;

  /** Whether nothing is named, so that all letters are meant. */
  boolean isEmpty() {
    return ids.isEmpty()
        && codes.isEmpty()
        && hosts.isEmpty()
        && olderThan == null
        && newerThan == null
        && labels.isEmpty()
        && topics.isEmpty()
        && limit == null;
  }

  /** Those that match, in the order given. */
  List<Letter> select(List<Letter> letters, Instant now) {
    Instant before = ago("--older-than", olderThan, now, Instant.MAX);
    Instant since = ago("--newer-than", newerThan, now, Instant.MIN);
    return letters.stream()
        .filter(letter -> letter.diedAt().isBefore(before) && !letter.diedAt().isBefore(since))
        .filter(this::matches)
        .limit(limit == null ? Long.MAX_VALUE : Math.max(0, limit))
        .toList();
  }

  private boolean matches(Letter letter) {
    return isOne(ids, letter.jobId().value())
        && isOne(codes, letter.code())
        && isOne(hosts, letter.host())
        && isOne(topics, letter.origin().partition().topic())
        && letter.labels().entrySet().containsAll(labels.entrySet());
  }

  private static boolean isOne(List<String> wanted, @Nullable String value) {
    return wanted.isEmpty() || (value != null && wanted.contains(value));
  }

  private static Instant ago(String option, @Nullable String time, Instant now, Instant otherwise) {
    if (time == null) {
      return otherwise;
    }
    try {
      Duration age = DurationText.parse(time);
      return now.minus(age);
    } catch (IllegalArgumentException e) {
      throw new InvalidField(option, time, String.valueOf(e.getMessage()));
    }
  }
}
