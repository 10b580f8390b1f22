package dev.haul.kafka;

import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The open letters among the latest records of the dead letter topic: what a worker can hold beside
 * its work, however many there are. Every method blocks while it reads.
 */
public record LatestLetters(KafkaSettings kafka, TopicSettings topics) {
  /** Records looked at, of all partitions together. */
  public static final int MOST = 10_000;

  private static final Duration STEP = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What one transaction takes; a worker that dies leaves no more than these undecided. */
  private static final int BATCH = 100;

  private static final int BATCH_BYTES = 8 << 20;

  /** What came of a redrive; those refused belong to topics that are not read here. */
  public record Redriven(int done, int refused) {}

  /**
   * The latest first, each without the value of its record.
   *
   * @throws KafkaUnavailable when Kafka does not answer or a transaction stays open
   */
  public List<Letter> open() {
    Map<Position, Letter> letters = new LinkedHashMap<>();
    read(record -> LetterRecords.fold(record, letters, LatestLetters::withoutValue));
    return letters.values().stream()
        .filter(Letter::isOpen)
        .sorted(
            Comparator.comparing(Letter::diedAt)
                .reversed()
                .thenComparing(letter -> letter.record().position().toString()))
        .toList();
  }

  private static Letter withoutValue(Letter letter) {
    SourceRecord record = letter.record();
    var slim =
        new SourceRecord(
            record.position(), record.timestamp(), record.key(), null, record.headers());
    return new Letter(
        slim,
        letter.jobId(),
        letter.code(),
        letter.message(),
        letter.attempts(),
        letter.origin(),
        letter.host(),
        letter.labels(),
        letter.redrives(),
        letter.resolution());
  }

  /**
   * Publishes the jobs of open letters again, each once, where they were published first.
   *
   * @param by whom, for the record
   * @throws Redrive.Superseded when another redrive or drop has taken over
   * @throws KafkaUnavailable when Kafka does not take them; the same call goes on with the others
   */
  public Redriven redrive(Predicate<Letter> wanted, String by, Instant now) {
    try (var redrive = new Redrive(kafka, topics)) {
      Set<Position> places = new HashSet<>();
      int refused = 0;
      for (Letter letter : open()) {
        if (wanted.test(letter)) {
          if (topics.jobTopics().contains(letter.origin().partition().topic())) {
            places.add(letter.record().position());
          } else {
            refused++;
          }
        }
      }
      var batch = new Filling(redrive, new Letter.Resolution(true, now, by));
      read(record -> {
        if (places.contains(record.position())) {
          batch.add(record);
        }
      });
      batch.send();
      return new Redriven(batch.done, refused);
    }
  }

  /** Letters that become true together. */
  private static final class Filling {
    private final Redrive redrive;
    private final Letter.Resolution resolution;
    private final List<Redrive.Order> orders = new ArrayList<>();
    private int bytes;
    private int done;

    Filling(Redrive redrive, Letter.Resolution resolution) {
      this.redrive = redrive;
      this.resolution = resolution;
    }

    void add(SourceRecord record) {
      Letter letter = LetterRecords.letter(record);
      var job = new Redrive.Job(letter.origin().partition().topic(), record.value(), "");
      orders.add(new Redrive.Order(letter, resolution, job));
      bytes += record.bytes();
      if (orders.size() >= BATCH || bytes >= BATCH_BYTES) {
        send();
      }
    }

    void send() {
      if (!orders.isEmpty()) {
        redrive.resolve(List.copyOf(orders));
        done += orders.size();
        orders.clear();
        bytes = 0;
      }
    }
  }

  /** Reads the latest records up to what is there now, those of one partition in their order. */
  private void read(Consumer<SourceRecord> taker) {
    try (var cluster = new ClusterView(kafka, PATIENCE)) {
      Map<Partition, Long> ends = cluster.ends(List.of(topics.dead()));
      long each = Math.max(1, MOST / Math.max(1, ends.size()));
      Map<Partition, Long> begins = new HashMap<>();
      ends.forEach((partition, end) -> begins.put(partition, Math.max(0, end - each)));
      try (RecordReader reader = RecordReader.of(kafka, ends.keySet(), begins)) {
        long start = System.nanoTime();
        while (isBehind(reader.read(), ends)) {
          for (SourceRecord record : reader.poll(STEP)) {
            start = System.nanoTime();
            taker.accept(record);
          }
          if (System.nanoTime() - start > DeadLetters.OPEN_TRANSACTIONS.toNanos()) {
            throw new KafkaUnavailable(
                kafka, new TimeoutException(topics.dead() + " cannot be read to its end"));
          }
        }
      }
    }
  }

  private static boolean isBehind(Map<Partition, Long> read, Map<Partition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> read.getOrDefault(end.getKey(), 0L) < end.getValue());
  }
}
