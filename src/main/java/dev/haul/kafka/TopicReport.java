package dev.haul.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A topic as it is, beside what is wanted.
 *
 * @param partitions 0 when the topic is missing
 * @param replication copies of the partition that has fewest, 0 when the topic is missing
 * @param config the settings that are wanted, with their present values
 */
public record TopicReport(
    WantedTopic wanted, int partitions, int replication, Map<String, String> config) {

  /** What keeps a topic from its use; {@link #message} is one line for people. */
  public sealed interface Problem {
    String message();

    record Missing(String topic) implements Problem {
      @Override
      public String message() {
        return topic + " is missing";
      }
    }

    record TooFewPartitions(String topic, int partitions, int wanted) implements Problem {
      @Override
      public String message() {
        return topic + " has " + partitions + " partitions but " + wanted + " are wanted";
      }
    }

    record WrongSetting(String topic, String setting, String value, String wanted)
        implements Problem {
      @Override
      public String message() {
        return topic + " has " + setting + "=" + value + " but " + wanted + " is wanted";
      }
    }
  }

  static TopicReport missing(WantedTopic wanted) {
    return new TopicReport(wanted, 0, 0, Map.of());
  }

  /** How long records are kept is the operator's choice: it is shown, and never a problem. */
  public List<Problem> problems() {
    String name = wanted.name();
    if (partitions == 0) {
      return List.of(new Problem.Missing(name));
    }
    List<Problem> problems = new ArrayList<>();
    if (partitions < wanted.partitions()) {
      problems.add(new Problem.TooFewPartitions(name, partitions, wanted.partitions()));
    }
    wanted
        .config()
        .forEach((setting, value) -> {
          String actual = config.getOrDefault(setting, "");
          if (!isFit(setting, actual, value)) {
            problems.add(new Problem.WrongSetting(name, setting, actual, value));
          }
        });
    return problems;
  }

  private static boolean isFit(String setting, String actual, String wanted) {
    return switch (setting) {
      case WantedTopic.CLEANUP ->
          Set.of(actual.split(",", -1)).equals(Set.of(wanted.split(",", -1)));
      case WantedTopic.MAX_BYTES -> Long.parseLong(actual) >= Long.parseLong(wanted);
      default -> true;
    };
  }
}
