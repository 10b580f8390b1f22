package dev.haul.kafka;

import dev.haul.job.InvalidField;

/**
 * One topic that jobs come from.
 *
 * @param weight the share of the slots that it gets beside the other lanes, from 1 to 1000
 */
public record Lane(String topic, int weight) {
  private static final int MAX_WEIGHT = 1000;

  /**
   * @throws InvalidField when the topic has no valid name or the weight is out of range
   */
  public Lane {
    TopicSettings.checkName("topics.jobs", topic);
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new InvalidField("topics.jobs", weight, "must have weights from 1 to 1000");
    }
  }

  /** Reads {@code name} or {@code name=weight}; without one the weight is 1. */
  public static Lane parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return new Lane(text.strip(), 1);
    }
    try {
      return new Lane(
          text.substring(0, equals).strip(), Integer.parseInt(text.substring(equals + 1).strip()));
    } catch (NumberFormatException e) {
      throw new InvalidField("topics.jobs", text, "must be name or name=weight");
    }
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    return weight == 1 ? topic : topic + "=" + weight;
  }
}
