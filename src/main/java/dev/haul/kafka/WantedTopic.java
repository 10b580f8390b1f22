package dev.haul.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A topic as Haul wants it.
 *
 * @param config names and values of Kafka's topic settings
 */
public record WantedTopic(String name, int partitions, Map<String, String> config) {
  static final String CLEANUP = "cleanup.policy";
  static final String MAX_BYTES = "max.message.bytes";
  static final String IN_SYNC = "min.insync.replicas";
  static final String RETENTION = "retention.ms";

  private static final Duration JOBS_KEPT = Duration.ofDays(7);
  private static final int EVENT_PARTITIONS = 4;

  /** A record of 1 MiB with its key and headers. */
  private static final int JOB_BYTES = (1 << 20) + (64 << 10);

  /** The same with the headers of a dead letter, and room for larger ones of other producers. */
  private static final int DEAD_BYTES = 2 << 20;

  public WantedTopic {
    config = Map.copyOf(config);
  }

  /**
   * All topics of Haul.
   *
   * @param jobPartitions of each job topic: no more workers than these can share its jobs; and of
   *     each retry topic, so that a group's assignor gives each worker as many of these
   */
  public static List<WantedTopic> all(TopicSettings topics, int jobPartitions) {
    List<WantedTopic> all = new ArrayList<>();
    for (Lane lane : topics.jobs()) {
      all.add(new WantedTopic(lane.topic(), jobPartitions, kept(JOBS_KEPT, JOB_BYTES)));
    }
    all.add(
        new WantedTopic(
            topics.control(),
            1,
            Map.of(CLEANUP, "compact,delete", RETENTION, millis(Duration.ofDays(7)))));
    all.add(events(topics.progress(), kept(Duration.ofHours(1), JOB_BYTES)));
    all.add(events(topics.states(), Map.of(CLEANUP, "compact")));
    all.add(events(topics.completions(), kept(Duration.ofDays(30), JOB_BYTES)));
    all.add(events(topics.dead(), kept(Duration.ofDays(30), DEAD_BYTES)));
    for (Rung rung : topics.retry()) {
      all.add(new WantedTopic(rung.topic(), jobPartitions, kept(waited(rung), DEAD_BYTES)));
    }
    return all;
  }

  /** As long as jobs are kept, on top of the wait. */
  private static Duration waited(Rung rung) {
    return JOBS_KEPT.plus(rung.delay());
  }

  private static WantedTopic events(String name, Map<String, String> config) {
    return new WantedTopic(name, EVENT_PARTITIONS, config);
  }

  private static Map<String, String> kept(Duration time, int maxBytes) {
    return Map.of(
        CLEANUP, "delete", RETENTION, millis(time), MAX_BYTES, Integer.toString(maxBytes));
  }

  private static String millis(Duration time) {
    return Long.toString(time.toMillis());
  }
}
