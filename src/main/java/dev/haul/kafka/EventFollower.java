package dev.haul.kafka;

import dev.haul.job.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Follows progress, states and ends of jobs, for the commands; belongs to no group. All methods
 * belong to one thread, may block for 10 s and throw {@link KafkaUnavailable}.
 */
public final class EventFollower implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(200);

  private final KafkaSettings kafka;
  private final TopicSettings topics;
  private final NewsDecoder decoder;
  private final Consumer<byte[], byte[]> consumer;

  /** Where each partition ended, at the start, that is read from its beginning. */
  private Map<TopicPartition, Long> kept = Map.of();

  private EventFollower(KafkaSettings kafka, TopicSettings topics) {
    this.kafka = kafka;
    this.topics = topics;
    this.decoder = new NewsDecoder(topics);
    this.consumer = LoneConsumer.open(kafka);
  }

  /** Follows what happens from this moment on: call it before publishing. */
  public static EventFollower fromNow(KafkaSettings kafka, TopicSettings topics) {
    var follower = new EventFollower(kafka, topics);
    follower.begin(false);
    return follower;
  }

  /** Follows all that the topics still hold, then what happens. */
  public static EventFollower fromBeginning(KafkaSettings kafka, TopicSettings topics) {
    var follower = new EventFollower(kafka, topics);
    follower.begin(true);
    return follower;
  }

  /**
   * Follows the states of all jobs that the compacted topic holds, and the progress that is told
   * from this moment on.
   */
  public static EventFollower ofStates(KafkaSettings kafka, TopicSettings topics) {
    var follower = new EventFollower(kafka, topics);
    follower.begin(List.of(topics.states()), List.of(topics.progress()));
    return follower;
  }

  /** Whether all has been told that was there at the beginning. */
  public boolean isCaughtUp() {
    return kept.entrySet().stream().allMatch(end -> isReached(end.getKey(), end.getValue()));
  }

  private boolean isReached(TopicPartition partition, long end) {
    try {
      return consumer.position(partition) >= end;
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** What has happened since the last call, in order for each job; empty after the timeout. */
  public List<JobNews> poll(Duration timeout) {
    try {
      List<JobNews> news = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
        decoder.decode(record.topic(), record.value()).ifPresent(news::add);
      }
      return news;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  /** Which of the jobs have ended before this call: reads all completions that are kept. */
  public Map<JobId, JobNews.Ended> ended(Set<JobId> ids) {
    var ended = new HashMap<JobId, JobNews.Ended>();
    try (Consumer<byte[], byte[]> reader = LoneConsumer.open(kafka)) {
      List<TopicPartition> partitions = LoneConsumer.partitions(reader, topics.completions());
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(p -> reader.position(p) < ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll(STEP)) {
          decoder
              .decode(record.topic(), record.value())
              .filter(news -> ids.contains(news.jobId()))
              .ifPresent(news -> ended.put(news.jobId(), (JobNews.Ended) news));
        }
      }
      return ended;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw new KafkaUnavailable(kafka, e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void begin(boolean atBeginning) {
    List<String> all = List.of(topics.progress(), topics.states(), topics.completions());
    begin(atBeginning ? all : List.of(), atBeginning ? List.of() : all);
  }

  private void begin(List<String> fromBeginning, List<String> fromNow) {
    try {
      List<TopicPartition> old = partitions(fromBeginning);
      List<TopicPartition> fresh = partitions(fromNow);
      List<TopicPartition> both = new ArrayList<>(old);
      both.addAll(fresh);
      consumer.assign(both);
      consumer.seekToBeginning(old);
      consumer.endOffsets(fresh).forEach(consumer::seek);
      kept = consumer.endOffsets(old);
    } catch (KafkaException e) {
      consumer.close();
      throw new KafkaUnavailable(kafka, e);
    }
  }

  private List<TopicPartition> partitions(List<String> of) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : of) {
      partitions.addAll(LoneConsumer.partitions(consumer, topic));
    }
    return partitions;
  }
}
