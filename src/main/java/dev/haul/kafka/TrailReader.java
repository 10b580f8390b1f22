package dev.haul.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.haul.job.ControlCommand;
import dev.haul.job.ControlCommand.Action;
import dev.haul.job.InvalidField;
import dev.haul.job.JobId;
import dev.haul.job.Partition;
import dev.haul.job.Position;
import dev.haul.pipeline.SourceRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the records of one job. What has the job's id as its key lies in one partition of each
 * topic; a job's own record may have another key, and is found by the place that its end names, or
 * by reading all of the job topics. Belongs to one thread.
 */
public final class TrailReader implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String PLACE = "^(.+)-(\\d{1,9})-(\\d{1,18})$";

  private final KafkaSettings kafka;
  private final TopicSettings topics;
  private final ClusterView cluster;
  private final long deadlineNanos;
  private boolean isWhole = true;

  /**
   * @param longest time to read; what has not been read by then is left out
   */
  public TrailReader(KafkaSettings kafka, TopicSettings topics, Duration longest) {
    this.kafka = kafka;
    this.topics = topics;
    this.cluster = new ClusterView(kafka, PATIENCE);
    this.deadlineNanos = System.nanoTime() + longest.toNanos();
  }

  /**
   * Reads all that is about a job.
   *
   * @throws KafkaUnavailable when Kafka does not answer
   */
  public JobTrail read(JobId id) {
    Predicate<SourceRecord> byKey = record -> hasKey(record, id);
    List<SourceRecord> ends = keyed(List.of(topics.completions()), id, byKey);
    List<SourceRecord> states = keyed(List.of(topics.states()), id, byKey);
    List<SourceRecord> progress = keyed(List.of(topics.progress()), id, byKey);
    List<SourceRecord> jobs = jobs(id, ends);
    ClusterView.Group group = group();
    return new JobTrail(
        id,
        jobs,
        waits(id, jobs),
        states,
        progress.isEmpty() ? progress : List.of(progress.getLast()),
        ends,
        letters(id),
        commands(),
        cluster.commits(),
        group.owners(),
        isWhole);
  }

  @Override
  public void close() {
    cluster.close();
  }

  private ClusterView.Group group() {
    try {
      return cluster.group();
    } catch (KafkaUnavailable e) {
      // A group that has never been is no reason to say nothing.
      return new ClusterView.Group(false, Map.of());
    }
  }

  private List<SourceRecord> jobs(JobId id, List<SourceRecord> ends) {
    Map<Position, SourceRecord> found = new LinkedHashMap<>();
    Predicate<SourceRecord> isIt = record -> isJob(record, id);
    keyed(topics.jobTopics(), id, isIt).forEach(record -> found.put(record.position(), record));
    Stream.concat(
            Stream.of(id.value()),
            ends.stream().flatMap(end -> LetterRecords.text(end, "ce_id").stream()))
        .flatMap(place -> position(place).stream())
        .filter(place -> topics.jobTopics().contains(place.partition().topic()))
        .filter(place -> !found.containsKey(place))
        .forEach(place -> at(place).ifPresent(record -> found.put(place, record)));
    if (found.isEmpty()) {
      read(cluster.ends(topics.jobTopics()), Map.of(), isIt)
          .forEach(record -> found.put(record.position(), record));
    }
    return found.values().stream().sorted(Comparator.comparing(SourceRecord::timestamp)).toList();
  }

  /** Where it has waited: records with the key of its own one, which need not be its id. */
  private List<SourceRecord> waits(JobId id, List<SourceRecord> jobs) {
    Set<String> retryTopics = topics.retryTopics();
    if (retryTopics.isEmpty() || jobs.stream().allMatch(job -> hasKey(job, id))) {
      return keyed(retryTopics, id, record -> hasKey(record, id));
    }
    Set<Position> places = jobs.stream().map(SourceRecord::position).collect(Collectors.toSet());
    return read(
        cluster.ends(retryTopics),
        Map.of(),
        record -> places.contains(RetryRecord.decode(record, new JobDecoder()).source().origin()));
  }

  private List<Letter> letters(JobId id) {
    Map<Partition, List<SourceRecord>> byPartition = new HashMap<>();
    read(cluster.ends(List.of(topics.dead())), Map.of(), _ -> true)
        .forEach(record ->
            byPartition
                .computeIfAbsent(record.position().partition(), _ -> new ArrayList<>())
                .add(record));
    return byPartition.values().stream()
        .flatMap(each -> LetterRecords.fold(each).stream())
        .filter(letter -> letter.jobId().equals(id))
        .sorted(Comparator.comparing(Letter::diedAt))
        .toList();
  }

  /** The latest of each key, unless it is a resume. */
  private List<ControlCommand> commands() {
    Map<String, ControlCommand> byKey = new LinkedHashMap<>();
    for (SourceRecord record : read(cluster.ends(List.of(topics.control())), Map.of(), _ -> true)) {
      try {
        ControlCommand command = ControlJson.read(record.value(), record.timestamp());
        byKey.put(command.key(), command);
      } catch (InvalidField e) {
        // Workers pass it over too.
      }
    }
    return byKey.values().stream().filter(each -> each.action() != Action.RESUME).toList();
  }

  /** Those of the one partition of each topic in which a record with this key lies. */
  private List<SourceRecord> keyed(
      Collection<String> names, JobId id, Predicate<SourceRecord> wanted) {
    if (names.isEmpty()) {
      return List.of();
    }
    Map<Partition, Long> ends = cluster.ends(names);
    Map<String, Long> partitions =
        ends.keySet().stream()
            .collect(Collectors.groupingBy(Partition::topic, Collectors.counting()));
    Set<Partition> placed =
        partitions.entrySet().stream()
            .map(topic ->
                new Partition(topic.getKey(), Placement.of(id, topic.getValue().intValue())))
            .collect(Collectors.toSet());
    ends.keySet().retainAll(placed);
    return read(ends, Map.of(), wanted);
  }

  private Optional<SourceRecord> at(Position place) {
    Partition partition = place.partition();
    return read(
            Map.of(partition, place.offset() + 1),
            Map.of(partition, place.offset()),
            record -> record.position().equals(place))
        .stream()
        .findFirst();
  }

  private List<SourceRecord> read(
      Map<Partition, Long> ends, Map<Partition, Long> begins, Predicate<SourceRecord> wanted) {
    List<SourceRecord> found = new ArrayList<>();
    try (RecordReader reader = RecordReader.of(kafka, ends.keySet(), begins)) {
      while (isBehind(reader.read(), ends)) {
        if (System.nanoTime() > deadlineNanos) {
          isWhole = false;
          break;
        }
        reader.poll(STEP).stream().filter(wanted).forEach(found::add);
      }
    }
    found.sort(Comparator.comparing(SourceRecord::timestamp));
    return found;
  }

  private static boolean isBehind(Map<Partition, Long> read, Map<Partition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> read.getOrDefault(end.getKey(), 0L) < end.getValue());
  }

  private static boolean hasKey(SourceRecord record, JobId id) {
    return record.key() != null && Arrays.equals(record.key(), id.value().getBytes(UTF_8));
  }

  /** By the rules of a worker; those that do not hold the id's characters are not looked into. */
  private static boolean isJob(SourceRecord record, JobId id) {
    boolean isPossible =
        hasKey(record, id)
            || (record.value() != null && new String(record.value(), UTF_8).contains(id.value()));
    return isPossible && new JobDecoder().decode(record).id().equals(id);
  }

  private static Optional<Position> position(String text) {
    var matcher = java.util.regex.Pattern.compile(PLACE).matcher(text);
    return matcher.matches()
        ? Optional.of(
            new Position(
                new Partition(matcher.group(1), Integer.parseInt(matcher.group(2))),
                Long.parseLong(matcher.group(3))))
        : Optional.empty();
  }
}
