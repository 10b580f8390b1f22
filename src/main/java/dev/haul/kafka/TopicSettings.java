package dev.haul.kafka;

import dev.haul.job.InvalidField;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The names of the topics: {@code topics.jobs} and so on. No topic has two uses. */
public record TopicSettings(
    List<Lane> jobs,
    String control,
    String progress,
    String states,
    String completions,
    String dead) {

  /** The rule of Kafka's own {@code org.apache.kafka.common.internals.Topic}. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  public static final TopicSettings DEFAULTS =
      new TopicSettings(
          List.of(new Lane("haul.jobs", 1)),
          "haul.control",
          "haul.progress",
          "haul.states",
          "haul.completions",
          "haul.dead");

  /**
   * @throws InvalidField when a name breaks Kafka's rule or is used twice
   */
  public TopicSettings {
    jobs = List.copyOf(jobs);
    if (jobs.isEmpty()) {
      throw new InvalidField("topics.jobs", "must name at least one topic");
    }
    Set<String> names = new HashSet<>();
    for (Lane lane : jobs) {
      checkUnused("topics.jobs", lane.topic(), names);
    }
    checkUnused("topics.control", control, names);
    checkUnused("topics.progress", progress, names);
    checkUnused("topics.states", states, names);
    checkUnused("topics.completions", completions, names);
    checkUnused("topics.dead", dead, names);
  }

  /** The names of the job topics. */
  public Set<String> jobTopics() {
    Set<String> names = new HashSet<>();
    jobs.forEach(lane -> names.add(lane.topic()));
    return names;
  }

  /** The names of all topics. */
  public Set<String> all() {
    Set<String> names = jobTopics();
    names.addAll(List.of(control, progress, states, completions, dead));
    return names;
  }

  static void checkName(String field, String name) {
    if (!NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
      throw new InvalidField(
          field, name, "must be a topic name: 1 to 249 characters of A-Z a-z 0-9 . _ -");
    }
  }

  private static void checkUnused(String field, String name, Set<String> names) {
    checkName(field, name);
    if (!names.add(name)) {
      throw new InvalidField(field, name, "must not be the name of another topic of Haul");
    }
  }
}
