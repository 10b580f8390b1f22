package dev.haul.kafka;

import dev.haul.job.InvalidField;

/** A job topic and its share of the worker. */
public record Lane(String topic, int weight) {
  public Lane {
    if (topic.isBlank()) {
      throw new InvalidField("topics.jobs", topic, "must name a topic");
    }
    if (weight < 1) {
      throw new InvalidField("topics.jobs", weight, "must have weights of at least 1");
    }
  }

  /** Reads {@code name} or {@code name=weight}. */
  public static Lane parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return new Lane(text, 1);
    }
    try {
      return new Lane(text.substring(0, equals), Integer.parseInt(text.substring(equals + 1)));
    } catch (NumberFormatException e) {
      throw new InvalidField("topics.jobs", text, "must be name or name=weight");
    }
  }

  @Override
  public String toString() {
    return weight == 1 ? topic : topic + "=" + weight;
  }
}
