package dev.haul.chaos;

import dev.haul.chaos.Violation.Kind;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.kafka.ClusterView;
import dev.haul.kafka.KafkaSettings;
import dev.haul.kafka.KafkaUnavailable;
import dev.haul.kafka.RecordReader;
import dev.haul.kafka.TopicSettings;
import dev.haul.pipeline.SourceRecord;
import dev.haul.policy.Commit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what the workers tell, and what the group commits, while a run goes on. One thread. */
final class Observer implements AutoCloseable {
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final TopicSettings topics;
  private final InstantSource clock;
  private final Audit audit = new Audit();
  private final Claims claims = new Claims();
  private final Silence silence = new Silence(LONGEST_SILENCE);
  private final Recoveries recoveries = new Recoveries();
  private final List<Violation> violations = new ArrayList<>();
  private final Set<Position> unended = new HashSet<>();
  private final ClusterView cluster;
  private final RecordReader reader;
  private final Instant start;
  private ClusterView.Group group = new ClusterView.Group(false, Map.of());
  private Instant lastLook = Instant.EPOCH;
  private int progress;

  Observer(KafkaSettings kafka, TopicSettings topics, InstantSource clock) {
    this.topics = topics;
    this.clock = clock;
    this.start = clock.instant();
    this.cluster = new ClusterView(kafka, PATIENCE);
    this.reader = RecordReader.of(kafka, topicsRead());
  }

  Audit audit() {
    return audit;
  }

  Silence silence() {
    return silence;
  }

  Recoveries recoveries() {
    return recoveries;
  }

  ClusterView cluster() {
    return cluster;
  }

  void published(Position place, Cargo cargo) {
    audit.published(place, cargo);
    if (!audit.isTold(place)) {
      unended.add(place);
    }
  }

  /** Reads for so long at most; then, once a second, looks at the group too. */
  void watch(Duration longest) {
    read(longest);
    Instant now = clock.instant();
    if (Duration.between(lastLook, now).compareTo(BETWEEN_LOOKS) >= 0) {
      lastLook = now;
      look(now);
    }
  }

  /** The partitions in which jobs wait for their end. */
  Set<Partition> busyPartitions() {
    Set<Partition> busy = new HashSet<>();
    unended.forEach(place -> busy.add(place.partition()));
    return busy;
  }

  /** Those of a worker. */
  Set<Partition> busyPartitions(String worker) {
    Set<Partition> busy = busyPartitions();
    busy.retainAll(group.owners().getOrDefault(worker, Set.of()));
    return busy;
  }

  /** Whether every record of the job topic is committed. */
  boolean isAllCommitted() {
    try {
      Map<Partition, Commit> commits = cluster.commits();
      return cluster.ends(topics.jobTopics()).entrySet().stream()
          .allMatch(end -> end.getValue() <= committed(commits.get(end.getKey())));
    } catch (KafkaUnavailable e) {
      return false;
    }
  }

  private static long committed(@Nullable Commit commit) {
    return commit == null ? 0 : commit.offset();
  }

  /** Reads on to the very end. */
  void readAll(Duration longest) {
    Map<Partition, Long> ends = cluster.ends(topicsRead());
    Instant deadline = clock.instant().plus(longest);
    while (ends.entrySet().stream()
        .anyMatch(end -> reader.read().getOrDefault(end.getKey(), 0L) < end.getValue())) {
      if (clock.instant().isAfter(deadline)) {
        violations.add(
            new Violation(
                Kind.STUCK, "the events", "cannot be read to their end within " + longest));
        return;
      }
      read(Duration.ofMillis(200));
    }
    violations.addAll(claims.judge(reader.read(), audit));
  }

  List<Violation> violations() {
    List<Violation> all = new ArrayList<>(violations);
    all.addAll(silence.found());
    return all;
  }

  @Override
  public void close() {
    reader.close();
    cluster.close();
  }

  private Set<String> topicsRead() {
    Set<String> read = new HashSet<>(topics.retryTopics());
    read.addAll(List.of(topics.completions(), topics.states(), topics.dead()));
    return read;
  }

  private void read(Duration longest) {
    try {
      for (SourceRecord record : reader.poll(longest)) {
        String topic = record.position().partition().topic();
        if (topic.equals(topics.completions())) {
          audit.end(record);
          ended(record);
        } else if (topic.equals(topics.states())) {
          audit.state(record);
        } else if (topics.retryTopics().contains(topic)) {
          audit.moved(record);
        } else {
          audit.deadLetter(record);
        }
      }
    } catch (KafkaUnavailable e) {
      group = new ClusterView.Group(false, group.owners());
    }
  }

  private void ended(SourceRecord event) {
    progress++;
    String source = End.header(event, "ce_id");
    int offset = source.lastIndexOf('-');
    int number = source.lastIndexOf('-', offset - 1);
    if (number > 0) {
      var partition =
          new Partition(
              source.substring(0, number), Integer.parseInt(source.substring(number + 1, offset)));
      unended.remove(new Position(partition, Long.parseLong(source.substring(offset + 1))));
      Instant finished = Instant.parse(End.json(event).path("finishedAt").asText());
      recoveries.ended(partition, finished, clock.instant());
    }
  }

  private void look(Instant now) {
    try {
      group = cluster.group();
      Map<Partition, Commit> commits = cluster.commits();
      claims.claim(commits, cluster.ends(topicsRead()));
      violations.addAll(claims.judge(reader.read(), audit));
    } catch (KafkaUnavailable e) {
      group = new ClusterView.Group(false, group.owners());
    }
    silence.look(Duration.between(start, now), progress > 0, audit.waiting() > 0, group.stable());
    progress = 0;
  }
}
