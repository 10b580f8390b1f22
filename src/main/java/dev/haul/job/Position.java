package dev.haul.job;

/** The place of one record: what Kafka calls topic, partition and offset. */
public record Position(Partition partition, long offset) {
  @Override
  public String toString() {
    return partition + "-" + offset;
  }
}
