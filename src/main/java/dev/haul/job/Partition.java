package dev.haul.job;

/** One partition of a job topic. */
public record Partition(String topic, int number) {
  @Override
  public String toString() {
    return topic + "-" + number;
  }
}
