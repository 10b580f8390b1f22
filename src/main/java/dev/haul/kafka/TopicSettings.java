package dev.haul.kafka;

import dev.haul.job.InvalidField;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names of the topics: {@code topics.jobs} and so on. No topic has two uses.
 *
 * @param retry topics in which jobs wait, each for another time; empty for none
 */
public record TopicSettings(
    List<Lane> jobs,
    String control,
    String progress,
    String states,
    String completions,
    String dead,
    List<Rung> retry) {

  /** The rule of Kafka's own {@code org.apache.kafka.common.internals.Topic}. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  public static final TopicSettings DEFAULTS =
      new TopicSettings(
          List.of(new Lane("haul.jobs", 1)),
          "haul.control",
          "haul.progress",
          "haul.states",
          "haul.completions",
          "haul.dead",
          List.of(
              new Rung("haul.retry.1m", Duration.ofMinutes(1)),
              new Rung("haul.retry.10m", Duration.ofMinutes(10)),
              new Rung("haul.retry.1h", Duration.ofHours(1)),
              new Rung("haul.retry.6h", Duration.ofHours(6))));

  /** Topics without any in which jobs wait. */
  public TopicSettings(
      List<Lane> jobs,
      String control,
      String progress,
      String states,
      String completions,
      String dead) {
    this(jobs, control, progress, states, completions, dead, List.of());
  }

  /**
   * @throws InvalidField when a name breaks Kafka's rule or is used twice
   */
  public TopicSettings {
    jobs = List.copyOf(jobs);
    retry = List.copyOf(retry);
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
    Set<Duration> delays = new HashSet<>();
    for (Rung rung : retry) {
      checkUnused("topics.retry", rung.topic(), names);
      if (!delays.add(rung.delay())) {
        throw new InvalidField("topics.retry", rung.topic(), "must not repeat a delay");
      }
    }
  }

  /** The names of the job topics. */
  public Set<String> jobTopics() {
    Set<String> names = new HashSet<>();
    jobs.forEach(lane -> names.add(lane.topic()));
    return names;
  }

  /** The weights of the lanes by their topics. */
  public Map<String, Integer> weights() {
    return jobs.stream().collect(Collectors.toMap(Lane::topic, Lane::weight));
  }

  /** The names of the topics in which jobs wait. */
  public Set<String> retryTopics() {
    Set<String> names = new HashSet<>();
    retry.forEach(rung -> names.add(rung.topic()));
    return names;
  }

  /**
   * The topic in which jobs wait for so long.
   *
   * @throws IllegalArgumentException when no topic has this delay
   */
  String retryTopic(Duration delay) {
    for (Rung rung : retry) {
      if (rung.delay().equals(delay)) {
        return rung.topic();
      }
    }
    throw new IllegalArgumentException("no retry topic holds jobs for " + delay);
  }

  /** The names of the topics that workers read jobs from. */
  Set<String> sources() {
    Set<String> names = jobTopics();
    names.addAll(retryTopics());
    return names;
  }

  /** The names of all topics. */
  public Set<String> all() {
    Set<String> names = sources();
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
