package dev.haul.metrics;

import io.micrometer.core.instrument.Tags;

/** What goes up and down and is asked for when somebody looks. */
public enum Level {
  /** Records taken whose end Kafka has not acknowledged. */
  UNSETTLED("haul.jobs.unsettled", "Jobs in memory whose end is not yet acknowledged by Kafka"),
  /** Jobs that hold a slot. */
  IN_FLIGHT("haul.jobs.in.flight", "Jobs that hold a slot"),
  /** Jobs that could run if there were a slot. */
  WAITING_FOR_SLOT("haul.jobs.waiting", "Jobs that wait, by what for", "slot"),
  /** Jobs between two attempts. */
  WAITING_FOR_RETRY("haul.jobs.waiting", "Jobs that wait, by what for", "retry"),
  /** Slots that are taken. */
  SLOTS_USED("haul.slots.used", "Transfer slots that are taken"),
  /** Slots there are. */
  SLOTS_LIMIT("haul.slots.limit", "Transfer slots there are"),
  /** Partitions that intake has paused. */
  PARTITIONS_PAUSED("haul.partitions.paused", "Partitions paused because a bound is reached"),
  /** Of the partition with the most: finished or running offsets at and after the committed one. */
  OFFSETS_BEHIND(
      "haul.offsets.behind",
      "Offsets taken but not committed, of the partition with the most of them"),
  /** Of the partition with the most; Kafka takes 4096. */
  COMMIT_METADATA(
      "haul.commit.metadata.bytes", "Largest metadata string of a commit; Kafka takes 4096"),
  /** Jobs that wait for their {@code notBefore}. */
  WAITING_FOR_TIME("haul.jobs.waiting", "Jobs that wait, by what for", "not-before"),
  /** Jobs that a pause holds. */
  WAITING_PAUSED("haul.jobs.waiting", "Jobs that wait, by what for", "paused"),
  /** Jobs that a retry topic holds, as far as they are in memory. */
  WAITING_ON_LADDER("haul.jobs.waiting", "Jobs that wait, by what for", "ladder"),
  /** Jobs that follow an earlier one with their id. */
  WAITING_FOR_SAME_ID("haul.jobs.waiting", "Jobs that wait, by what for", "same-id"),
  /** Jobs whose store has no room for their file. */
  WAITING_FOR_SPACE("haul.jobs.waiting", "Jobs that wait, by what for", "space"),
  /** Of the jobs that are here and have not ended. */
  OLDEST_JOB(
      "haul.oldest.job.timestamp.seconds",
      "When the oldest job in memory was published, since 1970; 0 for none"),
  /** The signal to scale by. */
  PENDING(
      "haul.pending.jobs", "Jobs of this worker's partitions that have not ended, taken or not"),
  /** The same as bytes. */
  PENDING_BYTES(
      "haul.pending.bytes",
      "Bytes of the pending jobs, taken to be as large as the completed ones were on average"),
  /** What readiness follows. */
  KAFKA_SILENCE(
      "haul.kafka.silence.seconds",
      "For how long Kafka has not answered this worker as a member of its group");

  private final String meter;
  private final String help;
  private final String reason;

  Level(String meter, String help) {
    this(meter, help, "");
  }

  Level(String meter, String help, String reason) {
    this.meter = meter;
    this.help = help;
    this.reason = reason;
  }

  String meter() {
    return meter;
  }

  String help() {
    return help;
  }

  Tags tags() {
    return reason.isEmpty() ? Tags.empty() : Tags.of("reason", reason);
  }
}
