package dev.haul.kafka;

import java.util.List;

/** The names of the topics. */
public record TopicSettings(
    List<Lane> jobs,
    String control,
    String progress,
    String states,
    String completions,
    String dead) {
  public static final TopicSettings DEFAULTS =
      new TopicSettings(
          List.of(new Lane("haul.jobs", 1)),
          "haul.control",
          "haul.progress",
          "haul.states",
          "haul.completions",
          "haul.dead");

  public TopicSettings {
    jobs = List.copyOf(jobs);
  }
}
