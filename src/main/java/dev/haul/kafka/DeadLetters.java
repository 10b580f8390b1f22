package dev.haul.kafka;

import dev.haul.job.Partition;
import dev.haul.pipeline.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Reads the dead letter topic for the commands. */
public final class DeadLetters {
  private static final Duration STEP = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * As long as the broker lets a transaction of a worker that died stay open, and a little more.
   */
  static final Duration OPEN_TRANSACTIONS = Duration.ofSeconds(90);

  private DeadLetters() {}

  /**
   * All letters that were there when it was called, the oldest first, each with its resolution.
   * Blocks while it reads, and for 90 s at most while a transaction hides what is behind it: a
   * letter that seems open could have been resolved there.
   *
   * @throws KafkaUnavailable when Kafka does not answer, or a transaction stays open for longer
   */
  public static List<Letter> read(KafkaSettings kafka, TopicSettings topics) {
    Map<Partition, List<SourceRecord>> records = new HashMap<>();
    try (var cluster = new ClusterView(kafka, PATIENCE);
        RecordReader reader = RecordReader.of(kafka, List.of(topics.dead()))) {
      Map<Partition, Long> ends = cluster.ends(List.of(topics.dead()));
      long start = System.nanoTime();
      while (isBehind(reader.read(), ends)) {
        for (SourceRecord record : reader.poll(STEP)) {
          start = System.nanoTime();
          records
              .computeIfAbsent(record.position().partition(), _ -> new ArrayList<>())
              .add(record);
        }
        if (System.nanoTime() - start > OPEN_TRANSACTIONS.toNanos()) {
          throw new KafkaUnavailable(
              kafka, new TimeoutException(topics.dead() + " cannot be read to its end"));
        }
      }
    }
    return records.values().stream()
        .flatMap(each -> LetterRecords.fold(each).stream())
        .sorted(
            Comparator.comparing(Letter::diedAt)
                .thenComparing(letter -> letter.record().position().toString()))
        .toList();
  }

  private static boolean isBehind(Map<Partition, Long> read, Map<Partition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> read.getOrDefault(end.getKey(), 0L) < end.getValue());
  }
}
